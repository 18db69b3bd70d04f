"""Which line of a bill meets which usage: by project, day, model and meter, as far as both sides tell."""

from decimal import Decimal

import pytest

from analytics.reconciliation.settings import ReconciliationSettings
from tests.analytics.reconciliation.books import (
    SNAPSHOT,
    Billed,
    Used,
    bill,
    of_monday,
    only,
    store_with,
)


def test_usage_without_a_price_is_the_sellers_by_its_provider(tmp_path):
    store = store_with(Used(price=None, seller=None, provider="openai.chat"))
    bill(store, tmp_path, Billed("1"))
    assert only(of_monday(store))[1].cause == "unpriced"


def test_a_line_without_meter_is_compared_with_the_rest_of_its_model(tmp_path):
    store = store_with(Used(), Used(usage_class="output"), Used(usage_class="cache_read"))
    bill(store, tmp_path, Billed(), Billed("2.5", f"{SNAPSHOT}, everything else", quantity=None))
    difference, part = only(of_monday(store))
    assert (difference.grain, difference.usage_class, difference.ours_usd) == ("model", None, 2)
    assert part.usd == Decimal("0.5")


def test_a_line_without_model_is_compared_by_its_class(tmp_path):
    store = store_with(Used(), Used(quantity=3, price="0.01", usage_class="search_units"))
    bill(store, tmp_path, Billed(), Billed("0.04", "web search tool calls", quantity=4))
    difference, part = only(of_monday(store))
    assert (difference.grain, difference.model, difference.usage_class) == ("class", None, "search_units")
    assert (part.cause, part.usd) == ("quantity_difference", Decimal("0.01"))


def test_a_report_that_is_not_grouped_is_compared_by_day(tmp_path):
    store = store_with(Used(), Used(project="proj_b", usage_class="output"))
    bill(store, tmp_path, Billed("2.25", None, None, None))
    difference, part = only(of_monday(store))
    assert (difference.grain, difference.project, difference.ours_usd, part.usd) == (
        "project_day",
        None,
        2,
        Decimal("0.25"),
    )
    assert len(difference.lines) == 2


def test_spans_without_project_are_compared_over_all_projects(tmp_path):
    store = store_with(Used(project=None, quantity=800_000))
    bill(store, tmp_path, Billed(), Billed(project="proj_b"))
    assert of_monday(store).differences == ()


def test_the_default_project_is_a_project(tmp_path):
    store = store_with(Used(), Used(project=None, quantity=404_000))
    bill(store, tmp_path, Billed(), Billed(project=None))
    difference, part = only(of_monday(store))
    assert (difference.project, part.usd) == (None, Decimal("-0.01"))


MODELS = [
    (SNAPSHOT, Used()),  # as it answered
    ("gpt-4o", Used()),  # as it was asked for
    ("gpt-4o-2024-08-06", Used(response_model=None)),  # the bill has a date, we have none
    ("ft:house", Used(response_model="openai/ft:house", request_model=None)),
]


@pytest.mark.parametrize(("name", "line"), MODELS)
def test_a_model_is_found_under_any_name_the_ledger_knows(tmp_path, name, line):
    store = store_with(line)
    bill(store, tmp_path, Billed("1", f"{name}, input"))
    assert of_monday(store).differences == ()


def test_what_answered_is_surer_than_what_was_asked_for(tmp_path):
    store = store_with(Used())
    bill(store, tmp_path, Billed(), Billed("0.5", "gpt-4o, input"))
    difference, part = only(of_monday(store))
    assert (difference.model, part.cause) == ("gpt-4o", "missing_spans")


def test_another_snapshot_is_another_model(tmp_path):
    store = store_with(Used(priced_model=None, request_model=None))
    bill(store, tmp_path, Billed("1", "gpt-4o-2024-11-20, input"))
    causes = of_monday(store).totals.causes
    assert causes == {"missing_in_bill": -1, "missing_spans": 1}


def test_two_snapshots_the_ledger_cannot_tell_apart_are_compared_together(tmp_path):
    store = store_with(Used(response_model=None, quantity=800_000))
    bill(store, tmp_path, Billed("1", "gpt-4o-2024-11-20, input"), Billed("1", "gpt-4o-2024-08-06, input"))
    found = of_monday(store)
    assert (found.differences, [model.model for model in found.models]) == ((), ["gpt-4o"])


def test_a_display_name_is_found_by_configuration(tmp_path):
    store = store_with(Used())
    bill(store, tmp_path, Billed("1", "The-Big-One, input"))
    assert of_monday(store, settings=ReconciliationSettings(model_names={"The-Big-One": "gpt-4o"})).differences == ()


def test_only_what_the_issuer_sells_is_compared(tmp_path):
    others = (
        Used(seller="azure"),
        Used(status="amortised", price=None),
        Used(seller=None, provider="ollama", price=None),
    )
    store = store_with(Used(), *others)
    bill(store, tmp_path, Billed())
    assert of_monday(store).totals.ours_usd == 1
