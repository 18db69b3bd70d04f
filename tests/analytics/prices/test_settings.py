"""The configuration's sections: what they can say, and that a mistake names its line."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from analytics.prices import PriceKey
from analytics.prices.settings import Figures, PriceAlias, PriceRow, stated
from analytics.prices.standing import configured, sound_prices, standing_book
from collector.configuration import ConfigurationError, check, load, render
from collector.dialects.usage_classes import UsageClass

SECTIONS = {"prices": tuple[PriceRow, ...], "price_aliases": tuple[PriceAlias, ...]}


def loaded(tmp_path, text):
    path = tmp_path / "burnline.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, SECTIONS)


def test_every_usage_class_can_be_stated():
    assert set(Figures.__dataclass_fields__) == set(UsageClass)


def test_a_row_can_name_every_condition(tmp_path):
    text = """
prices:
  - provider: acme
    model: m
    service_tier: flex
    processing: batch
    region: eu
    effective_from: 2026-01-01T09:30:00Z
    effective_until: 2027-01-01
    hours: 08:00-20:00
    weekdays: mon-fri
    context_above: 1000
    context_until: 2000
    usd_per_million: {output: 0.80}
"""
    (price,) = stated(loaded(tmp_path, text)["prices"], "burnline.yaml", date(2026, 11, 21))
    assert (
        price.price_id == "burnline.yaml/acme/m@eu/output/flex+batch/over-1000/2026-01-01T093000Z/mon-fri/0800-2000utc"
    )
    assert (price.unit_price_usd, price.effective_until) == (Decimal("0.0000008"), datetime(2027, 1, 1, tzinfo=UTC))


def test_rows_that_overlap_are_found_by_a_check_of_the_configuration(tmp_path):
    path = tmp_path / "burnline.yaml"
    row = "  - {{provider: openai, model: gpt-4o, usd_per_million: {{output: {}}}, effective_{}: 2026-02-01}}\n"
    path.write_text("prices:\n" + row.format("2", "until") + row.format("3", "from"), encoding="utf-8")
    assert render(check(path, SECTIONS, rules=(sound_prices,))) == ""
    path.write_text("prices:\n" + row.format("2", "until") + row.format("3", "until"), encoding="utf-8")
    (problem,) = check(path, SECTIONS, rules=(sound_prices,))
    assert "both price output of openai/gpt-4o" in problem.found


@pytest.mark.parametrize(
    ("row", "line", "key", "said"),
    [
        ("effective_from: soon", 4, "effective_from", "expected a UTC date"),
        ("weekdays: never", 4, "weekdays", "expected days such as mon-fri"),
        ("hours: late", 4, "hours", "expected hours in UTC such as 22:00-06:00"),
        ("discount: 2", 4, "discount", "above 0 and up to 1"),
        ("processing: later", 4, "processing", "later"),
    ],
)
def test_a_mistake_names_its_line_before_a_server_starts(tmp_path, row, line, key, said):
    figures = "" if row.startswith("discount") else "    usd_each: {images: 1}\n"
    with pytest.raises(ConfigurationError) as refused:
        loaded(tmp_path, f"prices:\n  - model: m\n    provider: p\n    {row}\n{figures}")
    (problem,) = refused.value.problems
    assert (problem.line, problem.key) == (line, f"prices[0].{key}")
    assert said in problem.text


def test_an_alias_of_itself_is_refused_where_it_is_written(tmp_path):
    with pytest.raises(ConfigurationError, match="means itself"):
        loaded(tmp_path, "price_aliases:\n  - {alias: a, target: a}\n")


def test_the_standing_book_holds_rows_aliases_and_files(tmp_path):
    path = tmp_path / "burnline.yaml"
    path.write_text(
        "prices: [{provider: acme, model: m, usd_each: {images: 1}}]\n"
        "price_aliases: [{provider: acme, alias: best, target: m, effective_from: 2026-01-01}]\n"
        "store: {threads: 1}\n",
        encoding="utf-8",
    )
    book = standing_book(*configured(path), origin=path.name)
    (row,) = book.resolve(PriceKey("acme", "best")).prices.rows
    assert (row.price.unit_price_usd, row.when.effective_from) == (1, datetime(2026, 1, 1, tzinfo=UTC))


def test_without_a_configuration_the_book_is_the_shipped_one():
    assert standing_book(*configured(None)).stated == ()
