"""A ledger line names its price; the row behind the name tells source, dates and conditions."""

from datetime import date

import pytest

from analytics.allocation.policy import policy_of
from analytics.notation import usd_text
from analytics.questions import NotFound
from analytics.runs.price_rows import price_row
from tests.analytics.derive.house import House, S, call
from tests.analytics.runs.test_runs import own, stated

DAY = 86_400


@pytest.fixture
def house():
    """One call at a stated price of 0.001, and one a day later when it is 0.002."""
    with House(prices=stated("0.001"), policy_of=policy_of) as found:
        found.send(own(1))
        found.derive()
        found.now_ns += DAY * S
        found.restart(prices=stated("0.002"))
        found.send(own(2, start_s=DAY))
        found.derive()
        yield found


def lines(house) -> list[dict]:
    return house.rows(
        "select run_id, price_id, unit_price_usd from ledger_lines join rates using (rate_id) order by run_id"
    )


def test_a_figure_that_changed_under_the_same_name_is_told_by_the_run_that_rated_the_line(house):
    first, second = lines(house)
    assert first["price_id"] == second["price_id"]
    found = [price_row(house.store, line["price_id"], line["run_id"]) for line in (first, second)]
    assert [usd_text(row.unit_price_usd) for row in found] == ["0.001", "0.002"]
    assert [row.current for row in found] == [False, True]


def test_the_row_has_its_figure_source_conditions_and_calls(house):
    found = price_row(house.store, lines(house)[0]["price_id"])
    assert (found.model, found.usage_class, usd_text(found.unit_price_usd)) == ("m", "output", "0.002")
    assert (found.source, found.source_ref, found.conditions) == ("burnline.yaml", "own/m", "always")
    assert [(one.provider, one.model, one.paid) for one in found.rated] == [("own", "m", True)]


def test_a_listed_price_says_when_its_source_was_taken_over():
    with House(policy_of=policy_of) as house:
        house.send(call(trace=1, tokens=(10, 2)))
        house.derive()
        found = [price_row(house.store, line["price_id"], line["run_id"]) for line in lines(house)]
        told = [usd_text(line["unit_price_usd"]) for line in lines(house)]
    assert [usd_text(row.unit_price_usd) for row in found] == told
    assert {row.source.partition(" ")[0] for row in found} == {"genai-prices"}
    assert all(isinstance(row.imported_on, date) for row in found)


def test_what_nothing_was_rated_by_is_not_found():
    with House() as house:
        with pytest.raises(NotFound, match="no ledger line was rated by a price 'gone'"):
            price_row(house.store, "gone")
        with pytest.raises(NotFound, match=r"a resource of one's own served .* infrastructure, gpu"):
            price_row(house.store, "infrastructure/gpu")


def test_a_run_that_is_not_there_is_said(house):
    with pytest.raises(NotFound, match="there is no run 99; the newest is 2"):
        price_row(house.store, lines(house)[0]["price_id"], 99)
