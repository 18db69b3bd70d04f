"""Laws of runs: a reprice that is put in force is as if its prices and rules had been there from the start."""

from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.allocation.policy import AllocationPolicy, policy_of
from analytics.allocation.rules import AttributionRule, Conditions, Words
from analytics.derive.deriver import DeriveSettings
from analytics.prices import Discount, Price
from analytics.prices.windows import When
from analytics.runs.diff import diff
from analytics.runs.repricing import apply, propose, rated_as_of
from analytics.slo.judging import register
from collector.dialects.usage_classes import UsageClass
from collector.store import DuckDBStore, Query, StoreSettings
from tests.analytics.derive.house import NOON, House, S, small_book
from tests.analytics.derive.worlds import OBJECTIVES, arrivals, told, worlds

_FEW = settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
SMALL = DeriveSettings(spans=3, settle_s=30.0)


def _prices(own: str, ratio: str):
    """A price of a model of our own, and a discount on everything of OpenAI's that a list knows."""
    named = {"source": "burnline.yaml", "source_ref": "own"}
    return small_book().with_rows(
        [
            Price("openai", "of-our-own", UsageClass.OUTPUT, Decimal(own), **named),
            Discount("openai", "gpt-4o", Decimal(ratio), When(), source="burnline.yaml", source_ref="all"),
        ]
    )


OLD = _prices("0.001", "0.1"), AllocationPolicy()
NEW = (
    _prices("0.002", "0.25"),
    AllocationPolicy(
        (
            AttributionRule("route", Conditions(tenant=("acme",)), Words(route="answer", team="{service}")),
            AttributionRule("models", Conditions(model=("gpt-4o-mini*",)), Words(cost_center="small")),
            AttributionRule("everyone", Conditions(), Words(tenant="house"), effective_from="2026-11-18T12:01:00Z"),
        )
    ),
)


def _house(prices, policy) -> House:
    house = House(prices=prices, policy=policy, settings=SMALL, policy_of=policy_of)
    register(house.store, OBJECTIVES)
    return house


def _said(house: House) -> dict[str, object]:
    """Everything derivation says but the number of the run."""
    said = told(house)
    lines = [{name: value for name, value in line.items() if name != "run_id"} for line in said["lines"]]
    return said | {"lines": lines}


def _total(house: House) -> Decimal:
    return sum((line["cost_usd"] or Decimal(0) for line in house.lines()), Decimal(0))


@_FEW
@given(st.data())
def test_repriced_is_as_if_these_prices_and_rules_had_been_there_from_the_start(data):
    world = data.draw(worlds())
    acts = data.draw(arrivals(world))
    split = data.draw(st.integers(0, len(acts)))
    with _house(*OLD) as repriced, _house(*NEW) as from_the_start:
        from_the_start.send(*world)
        from_the_start.settle()
        for act in acts[:split]:
            act(repriced)
        repriced.derive()
        repriced.now_ns += S
        repriced.restart(prices=NEW[0], policy=NEW[1])
        run = propose(repriced.store, repriced.now, (None, None), None, repriced.now)
        expected = diff(repriced.store, run, policy_of).totals.cost_usd or Decimal(0)
        apply(repriced.store, run.run_id)
        if data.draw(st.booleans()):
            repriced.deriver.run()
            repriced.restart()
        else:
            repriced.derive()
            assert _total(repriced) == expected
        for act in acts[split:]:
            act(repriced)
        repriced.settle()
        assert _said(repriced) == _said(from_the_start)


@_FEW
@given(st.data())
def test_there_and_back_again_is_where_it_was(data):
    world = data.draw(worlds())
    with _house(*OLD) as house:
        house.send(*world)
        house.settle()
        booked, as_booked = _said(house), house.now
        house.now_ns += S
        house.restart(prices=NEW[0], policy=NEW[1])
        for as_of in (house.now, as_booked):
            apply(house.store, propose(house.store, as_of, (None, None), None, house.now).run_id)
            house.derive()
        assert _said(house) == booked


@_FEW
@given(worlds())
def test_rating_by_the_edition_that_rated_a_line_finds_what_was_booked(world):
    with _house(*NEW) as house:
        house.send(*world)
        house.settle()
        edition = house.deriver._runs.view.runs[0].edition_id
        window = (NOON - 86_400 * S, NOON + 86_400 * S)
        for batch in rated_as_of(house.store, edition, window):
            for row in batch.to_pylist():
                found = row["found_id"] if row["cost_usd"] is not None else row["booked_id"]
                assert (row["cost_usd"], found) == (row["booked_cost_usd"], row["booked_id"])
                assert row["list_cost_usd"] == row["booked_list_cost_usd"]


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_one_thread_and_many_write_the_same_bytes(world):
    written = []
    for threads in (1, 4):
        with House(DuckDBStore(None, StoreSettings(threads=threads)), prices=NEW[0], policy=NEW[1]) as house:
            house.send(*world)
            house.settle()
            written.append([_bytes(house.store, table) for table in ("ledger_lines", "requests", "rates")])
    assert written[0] == written[1]


def _bytes(store: DuckDBStore, table: str) -> bytes:
    """Every cell as text; what lies under a null in Arrow is nobody's value."""
    rows = store.run(Query("asked", f"select columns(*)::varchar from {table} order by all"))  # noqa: S608 - our names
    return repr(rows.to_pylist()).encode()
