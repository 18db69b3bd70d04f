import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest

from analytics.allocation.buckets import buckets
from analytics.allocation.callers import Caller, resource_for, serving_stretches
from analytics.allocation.infrastructure import infrastructure_charges
from analytics.allocation.owner import Owner
from analytics.allocation.request_share import Everybody, RequestShare, request_share
from analytics.allocation.resources import Hourly, Measure, Resource, ResourceKind, UsedBy
from analytics.allocation.utilisation import resource_figures
from analytics.notation import usd_text
from collector.configuration import load
from tests.analytics.stored import NOON, Line, S, Stored, put, store_with

NOVEMBER = date(2026, 11, 1)
HOUR = 3600 * S
MIDNIGHT = NOON - 12 * HOUR
NEXT_DAY = MIDNIGHT + 24 * HOUR
ONE_DAY = {"effective_from": "2026-11-18", "effective_until": "2026-11-19"}
OWNER = Owner("platform", team="infra", cost_center="CC-9")
LLAMA = UsedBy(model=("llama-*",))


def rate(usd="1", count=1, **window):
    return Hourly(Decimal(usd), count, **(window or ONE_DAY))


def pool(*rates, kind=ResourceKind.GPU, used_by=LLAMA, **given):
    return Resource("pool", kind, OWNER, rates or (rate(),), used_by, **given)


def asked(number, team, tokens, at=NOON, **given):
    lines = (Line(usage_class="output", quantity=tokens, unit_price_usd=None, model="llama-70b"),) if tokens else ()
    return Stored(number=number, team=team, started_at=at, lines=lines, model="llama-70b", **given)


def charges(store, *resources, now=NEXT_DAY):
    return infrastructure_charges(store, resources, NOVEMBER, now).to_pylist()


def by_team(rows):
    return {(row["entry"], row["team"]): usd_text(row["cost_usd"]) for row in rows}


def test_a_day_is_hours_times_rate_times_pieces_split_by_tokens():
    store = store_with(asked(1, "a", 100), asked(2, "b", 300))
    rows = charges(store, pool(rate("2.50", count=4)))
    assert by_team(rows) == {("shared", "a"): "60", ("shared", "b"): "180"}  # 24 x 2.50 x 4 = 240
    assert sum(Decimal(json.loads(row["share"])["AllocatedRatio"]) for row in rows) == 1
    assert {(row["starts_at"].day, row["ends_at"].day, row["shared_cost"]) for row in rows} == {(18, 19, "pool")}


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (Measure.TOKENS, ("6", "18")),
        (Measure.OUTPUT_TOKENS, ("6", "18")),
        (Measure.REQUESTS, ("12", "12")),
        (Measure.SPANS, ("12", "12")),
        (Measure.DURATION, ("16", "8")),
    ],
)
def test_every_measure_splits_by_what_it_says(measure, expected):
    store = store_with(asked(1, "a", 100, duration_ns=4 * S), asked(2, "b", 300, duration_ns=2 * S))
    found = by_team(charges(store, pool(split=measure)))
    assert (found["shared", "a"], found["shared", "b"]) == expected


def test_a_price_that_changes_at_an_instant_changes_at_that_instant():
    until_ten = rate("1", effective_from="2026-11-18", effective_until="2026-11-18T10:30:00Z")
    from_ten = rate("3", effective_from="2026-11-18T10:30:00Z", effective_until="2026-11-19")
    (row,) = charges(store_with(asked(1, "a", 1)), pool(until_ten, from_ten))
    assert row["cost_usd"] == Decimal("10.5") * 1 + Decimal("13.5") * 3


def test_a_day_without_use_is_the_owners():
    (row,) = charges(store_with(), pool())
    assert (row["entry"], row["team"], row["cost_center"]) == ("unused", "infra", "CC-9")
    assert row["cost_usd"] == 24
    assert "nobody used it, platform answers for it" in row["description"]


def test_capacity_nobody_used_is_the_owners():
    store = store_with(asked(1, "a", 600), asked(2, "b", 1800))
    rows = charges(store, pool(capacity_per_hour=Decimal(200)))  # 2400 of 4800 in the day
    assert by_team(rows) == {("shared", "a"): "3", ("shared", "b"): "9", ("unused", "infra"): "12"}


def test_use_beyond_the_stated_capacity_leaves_nothing_unused():
    rows = charges(store_with(asked(1, "a", 600)), pool(capacity_per_hour=Decimal(1)))
    assert by_team(rows) == {("shared", "a"): "24"}


def test_a_day_that_goes_on_costs_what_it_has_cost_so_far():
    (row,) = charges(store_with(asked(1, "a", 1)), pool(), now=MIDNIGHT + 15 * HOUR)
    assert row["cost_usd"] == 15


def test_use_while_it_is_not_paid_for_takes_no_share():
    afternoon = rate(effective_from="2026-11-18T13:00:00Z", effective_until="2026-11-19")
    rows = charges(store_with(asked(1, "a", 1), asked(2, "b", 1, at=NOON + 2 * HOUR)), pool(afternoon))
    assert by_team(rows) == {("shared", "b"): "11"}


def test_a_whole_month_sums_to_its_hours():
    days = [asked(n, f"t{n % 3}", 7 * n, at=MIDNIGHT + (n - 10) * 24 * HOUR) for n in range(1, 15)]
    always = rate("0.123456789", effective_from="2026-01-01")
    rows = charges(store_with(*days), pool(always), now=MIDNIGHT + 60 * 24 * HOUR)
    assert sum(row["cost_usd"] for row in rows) == 30 * 24 * Decimal("0.123456789")
    assert len({row["charge_id"] for row in rows}) == len(rows)


def with_retrieval(number, team, *, kind="retriever", service="search"):
    """A request whose second step says less than its root: the words come from the request."""
    request = asked(number, team, 0)
    store = store_with(request)
    ids = {
        "trace_id": pa.array([bytes.fromhex(request.trace_id)], pa.uuid()),
        "span_id": pa.array([7], pa.uint64()),
        "attribution_id": pa.array([0], pa.uint64()),
        "batch_seq": pa.array([1]),
    }
    span = {"started_at": pa.array([NOON], pa.timestamp("ns")), "duration_ns": [S], "name": [kind], "kind": [kind]}
    store.append({"spans": pa.table({**ids, **span, "status": ["ok"], "entry": [False], "service": [service]})})
    return store


def test_a_vector_database_is_paid_by_those_whose_requests_searched_in_it():
    used_by = UsedBy(kind=("retriever",), service=("search",))
    database = pool(kind=ResourceKind.VECTOR_DATABASE, used_by=used_by, split=Measure.SPANS)
    store = with_retrieval(1, "a")
    put(store, asked(2, "b", 5))
    assert by_team(charges(store, database)) == {("shared", "a"): "24"}


def test_one_request_takes_its_part_of_the_day():
    store = store_with(asked(1, "a", 100), asked(2, "b", 300))
    (share,) = request_share(store, [pool()], asked(1, "a", 100).trace_id, NEXT_DAY)
    assert share == RequestShare("pool", Decimal(6), provisional=False)
    (share,) = request_share(store, [pool()], asked(2, "b", 300).trace_id, MIDNIGHT + 16 * HOUR)
    assert share == RequestShare("pool", Decimal(12), provisional=True)
    assert request_share(store, [pool(used_by=UsedBy(model=("other",)))], asked(1, "a", 1).trace_id, NEXT_DAY) == ()


def test_what_everybody_used_is_remembered_for_a_minute():
    store = store_with(asked(1, "a", 100))
    everybody = Everybody(store, [pool()])
    first = request_share(store, [pool()], asked(1, "a", 100).trace_id, NEXT_DAY, everybody=everybody)
    put(store, asked(2, "b", 300))
    within = request_share(store, [pool()], asked(1, "a", 100).trace_id, NEXT_DAY + 59 * S, everybody=everybody)
    after = request_share(store, [pool()], asked(1, "a", 100).trace_id, NEXT_DAY + 60 * S, everybody=everybody)
    assert [share.share_usd for (share,) in (first, within, after)] == [24, 24, 6]


def test_the_shares_of_all_requests_sum_to_what_was_used_of_the_day():
    requests = [asked(n, "a", 7 * n) for n in range(1, 4)]
    store = store_with(*requests)
    resource = pool(capacity_per_hour=Decimal(100))
    shares = [request_share(store, [resource], r.trace_id, NEXT_DAY)[0].share_usd for r in requests]
    (used,) = (row["cost_usd"] for row in charges(store, resource) if row["entry"] == "shared")
    assert abs(sum(shares) - used) <= len(requests) * Decimal("0.5e-15")


def test_figures_tell_how_much_of_what_was_paid_was_used():
    store = store_with(asked(1, "a", 600), asked(2, "b", 1800, at=NOON + 5 * HOUR))
    found = buckets(store, [pool(capacity_per_hour=Decimal(200))], MIDNIGHT, NEXT_DAY, NEXT_DAY)
    (figures,) = resource_figures(found)
    assert (figures.paid_hours, figures.used_hours) == (24, 2)
    assert (figures.used, figures.capacity, figures.utilisation_ratio) == (2400, 4800, Decimal("0.5"))
    assert (figures.cost_usd, figures.unused_usd, figures.cost_per_1k_tokens_usd) == (24, 12, 10)


def test_figures_without_tokens_or_capacity_say_nothing_of_them():
    (figures,) = resource_figures(buckets(store_with(), [pool()], MIDNIGHT, NEXT_DAY, NEXT_DAY))
    assert (figures.utilisation_ratio, figures.cost_per_1k_tokens_usd, figures.used_hours) == (None, None, 0)
    assert figures.unused_usd == figures.cost_usd == 24


def test_a_call_is_served_by_the_first_resource_that_is_paid_for_then():
    first = replace(pool(rate(effective_until="2026-11-18")), name="old")
    second = replace(pool(rate(effective_from="2026-01-01")), name="new")
    caller = Caller(response_model="llama-3")
    assert resource_for([first, second], caller, MIDNIGHT - 1) == "old"
    assert resource_for([first, second], caller, MIDNIGHT) == "new"
    assert [one.resource for one in serving_stretches([first, second], caller)] == ["old", "old", "new"]


def test_a_call_is_told_by_the_model_that_answered_or_the_one_that_was_asked():
    resource = pool(
        rate(effective_from="2026-01-01"), used_by=UsedBy(provider=("vllm",), model=("llama-*",), region=("eu",))
    )
    said = {"provider": "vllm", "region": "eu"}
    assert resource_for([resource], Caller(request_model="llama-3", **said), NOON) == "pool"
    assert resource_for([resource], Caller(request_model="x", response_model="llama-3", **said), NOON) == "pool"
    assert resource_for([resource], Caller(request_model="x", **said), NOON) is None
    assert resource_for([resource], Caller(request_model="llama-3", provider="vllm"), NOON) is None


def test_what_only_works_beside_calls_takes_no_price_off_them():
    cluster = pool(kind=ResourceKind.KUBERNETES, used_by=UsedBy(model=("llama-*",)))
    assert resource_for([cluster], Caller(response_model="llama-3"), NOON) is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"used_by": UsedBy()}, "names no provider and no model"),
        ({"used_by": UsedBy(model=("x",), service=("chat",))}, "asks for a kind or a service"),
        ({"capacity_per_hour": Decimal(0)}, "capacity_per_hour is 0"),
        ({"rates": ()}, "rates is empty"),
        ({"rates": (rate(), rate("2"))}, r"rates overlap: 1 x 1 an hour from \S+ until \S+ and 1 x 2 an hour"),
    ],
)
def test_a_resource_that_cannot_be_meant_is_refused_with_what_would_do(given, said):
    with pytest.raises(ValueError, match=said):
        replace(pool(), **given)


def test_the_section_is_read_from_a_file(tmp_path):
    path = tmp_path / "burnline.yaml"
    path.write_text(
        "infrastructure:\n"
        "  - name: pool\n"
        "    kind: gpu\n"
        "    owner: {name: platform, team: infra, cost_center: CC-9}\n"
        "    rates: [{usd_per_hour: 1, effective_from: 2026-11-18, effective_until: 2026-11-19}]\n"
        "    used_by: {model: [llama-*]}\n"
    )
    assert load(path, {"infrastructure": tuple[Resource, ...]})["infrastructure"] == (pool(),)
