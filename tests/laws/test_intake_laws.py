"""What holds for any traffic: receipts add up, every good span is stored exactly once, and only garbage is refused."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from collector.accounts import Accounts
from collector.signals import Malformed, Receipt
from collector.store import DuckDBStore
from tests.collector.decode.columns import columnar_rows
from tests.collector.decode.drawn import on_the_wire, requests
from tests.collector.decode.sending import NOON, body, span
from tests.collector.intake.offering import adds_up, offered, pipeline_on
from tests.collector.store.rows import asked

LAWS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
GARBAGE = b"\xff\xff"
NO_ID = 0

spans_sent = st.lists(st.integers(NO_ID, 9), max_size=5).map(tuple)
bodies = st.one_of(spans_sent, spans_sent, st.none())  # none stands for garbage
rounds = st.lists(st.tuples(st.booleans(), st.lists(bodies, min_size=1, max_size=4)), max_size=6)


def sent(numbers: tuple[int, ...] | None) -> bytes:
    return GARBAGE if numbers is None else body(*(span(number, trace=number or 77) for number in numbers))


@dataclass
class House:
    """The store with what it should hold."""

    store: DuckDBStore = field(default_factory=lambda: DuckDBStore(None))
    accounts: Accounts = field(default_factory=Accounts)
    stored: set[int] = field(default_factory=set)
    told: Counter[str] = field(default_factory=Counter)

    def take(self, numbers: tuple[int, ...] | None, answer: Receipt | Exception) -> None:
        if numbers is None:
            assert isinstance(answer, Malformed)
            return
        assert isinstance(answer, Receipt)
        assert adds_up(answer)
        assert answer.received == len(numbers)
        assert answer.rejected_count == numbers.count(NO_ID)
        self.told.update(received=answer.received, stored=answer.stored, duplicate=answer.duplicate)
        self.told.update(rejected=answer.rejected_count)
        self.stored |= set(numbers) - {NO_ID}


@LAWS
@given(rounds, st.sampled_from([2, 4, 1_000_000]))
@example([(False, [(1,), (2,), (3,)]), (True, [(4,)]), (False, [(5,), (6,)]), (False, [(1,), (2, 3, 4, 5, 6)])], 2)
def test_receipts_add_up_and_every_span_is_stored_once(traffic, remembered):
    house = House()
    asyncio.run(run(house, traffic, {"remembered_spans": remembered, "remembered_batches": remembered}))
    rows = asked(house.store, "select span_id from spans order by span_id")
    assert [row["span_id"] for row in rows] == sorted(house.stored)
    assert house.told["stored"] == len(house.stored)
    counted = Counter[str]()
    for line in house.accounts.lines():
        counted[line.outcome] += line.value
    assert +house.told == counted
    (kept,) = asked(house.store, "select sum(stored)::bigint as stored from batches")
    assert (kept["stored"] or 0) == len(house.stored)


async def run(house, traffic, memory):
    """Rounds of requests at the same time; a true mark before one stands for a restart."""
    remaining = list(traffic)
    while remaining:
        with pipeline_on(house.store, house.accounts, settings=memory, clock_ns=lambda: NOON) as pipeline:
            first = True
            while remaining and (first or not remaining[0][0]):
                first = False
                _, together = remaining.pop(0)
                for numbers, answer in zip(together, await offered(pipeline, *map(sent, together)), strict=True):
                    house.take(numbers, answer)


@LAWS
@given(st.lists(requests, min_size=1, max_size=3))
def test_whatever_can_be_decoded_is_answered_with_a_receipt_and_kept_as_it_was_decoded(drawn):
    store = DuckDBStore(None)
    wire = [on_the_wire(item) for item in drawn]

    async def offer():
        with pipeline_on(store, clock_ns=lambda: NOON) as pipeline:
            return await offered(pipeline, *wire)

    answers = asyncio.run(offer())
    assert all(isinstance(answer, Receipt) and adds_up(answer) for answer in answers)
    rows = {(row["trace_id"], row["span_id"]): row for row in reversed(columnar_rows(wire)) if valid(row)}
    assert sum(answer.stored for answer in answers) == len(rows)
    sql = """select s.trace_id, s.span_id, s.name, s.kind, s.error_type, s.suspect, a.tenant, c.usage_status,
            c.input_tokens, c.reported_cost_usd, c.ttft_ms, epoch_ns(s.started_at) as started_at, s.duration_ns
        from spans s join attributions a using (attribution_id) left join model_calls c using (trace_id, span_id)"""
    for kept in asked(store, sql):
        row = rows[kept["trace_id"].bytes if hasattr(kept["trace_id"], "bytes") else kept["trace_id"], kept["span_id"]]
        flat = row | (row["call"] or {})
        assert {name: flat.get(name) for name in kept} == kept | {"trace_id": row["trace_id"]}


def valid(row):
    return row["span_id"] != 0 and any(row["trace_id"])
