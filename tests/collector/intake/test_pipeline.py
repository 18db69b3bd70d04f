"""What a sender is told, and that it is true."""

import asyncio
import logging

import pytest

from collector.accounts import Accounts
from collector.intake.unit import unpacked
from collector.signals import Malformed, Overloaded, Receipt, Signal
from collector.store import DuckDBStore, StoreSettings, StoreUnavailable
from tests.collector.decode.sending import NOON, body, span
from tests.collector.intake.offering import (
    GENEROUS_S,
    Gated,
    Raising,
    adds_up,
    offered,
    pipeline_on,
    receipt,
    span_ids,
)
from tests.collector.store.rows import asked

GARBAGE = b"\xff\xff\xff"
POISON = ("{[]: 1}", r"'\ud800'", "[" * 5_000, "\x00")


@pytest.fixture
def store():
    return DuckDBStore(None)


async def test_spans_are_stored_when_the_receipt_says_so(store):
    with pipeline_on(store) as pipeline:
        told = await receipt(pipeline, body(span(1), span(2)))
        assert told == Receipt(received=2, stored=2)
        assert span_ids(store) == [1, 2]


async def test_an_empty_request_is_a_success(store):
    with pipeline_on(store) as pipeline:
        assert await receipt(pipeline, b"") == Receipt()


async def test_one_bad_span_never_costs_the_good_ones(store):
    sent = body(span(1), span(2, trace_id=bytes(16)), span(3, span_id=b"\x01"), span(4))
    with pipeline_on(store) as pipeline:
        told = await receipt(pipeline, sent)
    assert told == Receipt(received=4, stored=2, rejected={"trace_id_zero": 1, "span_id_length": 1})
    assert span_ids(store) == [1, 4]


async def test_identical_bodies_at_the_same_time_are_stored_once(store):
    sent = body(span(1), span(2))
    with pipeline_on(store) as pipeline:
        told = await offered(pipeline, sent, sent, sent)
    assert sorted((item.stored, item.duplicate) for item in told) == [(0, 2), (0, 2), (2, 0)]
    assert span_ids(store) == [1, 2]


async def test_an_identical_retry_repeats_its_rejections(store):
    sent = body(span(1), span(2, span_id=b""))
    with pipeline_on(store) as pipeline:
        await receipt(pipeline, sent)
        again = await receipt(pipeline, sent)
    assert again == Receipt(received=2, duplicate=1, rejected={"span_id_length": 1})


async def test_garbage_in_a_group_hurts_nobody_else(caplog):
    store = Gated()
    with pipeline_on(store) as pipeline:
        first = asyncio.create_task(offered(pipeline, body(span(1))))
        await store.is_reached()
        rest = asyncio.create_task(offered(pipeline, body(span(2)), GARBAGE, body(span(3)), b"\x0a\xff"))
        await asyncio.sleep(0)
        store.gate.set()
        told = [*await first, *await rest]
    assert [item.stored for item in told if isinstance(item, Receipt)] == [1, 1, 1]
    assert [item.reason for item in told if isinstance(item, Malformed)] == ["undecodable"] * 2
    assert caplog.records == []


@pytest.mark.parametrize("text", POISON, ids=["list key", "half character", "nesting", "nul"])
async def test_hostile_text_is_stored_like_any_other(store, text, caplog):
    keys = ("metadata.usage_object", "mlflow.spanOutputs", "burnline.tenant", "gen_ai.request.model", "user.id")
    attributes = dict.fromkeys(keys, text) | {"gen_ai.operation.name": "chat"}
    with pipeline_on(store) as pipeline:
        told = await receipt(pipeline, body(span(1, name=text, attributes=attributes), scope=text))
    assert told == Receipt(received=1, stored=1)
    assert asked(store, "select name, user_id from spans") == [{"name": text, "user_id": text}]
    assert caplog.records == []


async def test_more_than_fits_is_told_to_come_back():
    store = Gated()
    heavy = [body(span(i, name="x" * 700_000)) for i in (1, 2)]
    with pipeline_on(store, settings={"queue_mb": 1, "retry_after_s": 1.5}) as pipeline:
        first = asyncio.create_task(offered(pipeline, heavy[0]))
        await store.is_reached()
        (refused,) = await offered(pipeline, heavy[1])
        assert (refused.reason, refused.retry_after_s) == ("queue_full", 1.5)
        store.gate.set()
        assert (await first)[0].stored == 1
        assert pipeline.held_bytes == 0
        assert (await receipt(pipeline, heavy[1])).stored == 1


async def test_draining_commits_what_waits_and_takes_nothing_more():
    store = Gated()
    with pipeline_on(store) as pipeline:
        waiting = [asyncio.create_task(offered(pipeline, body(span(i)))) for i in range(1, 30)]
        await store.is_reached()
        draining = asyncio.create_task(asyncio.to_thread(pipeline.drain, GENEROUS_S))
        (late,) = await _refused_late(pipeline)
        store.gate.set()
        assert await draining
        assert [(await task)[0].stored for task in waiting] == [1] * 29
    assert late.reason == "draining"
    assert span_ids(store) == list(range(1, 30))


async def _refused_late(pipeline):
    """Offered after the queue has closed."""
    queue = pipeline._queue

    def closed():
        with queue.changed:
            return queue.changed.wait_for(lambda: queue.closed, GENEROUS_S)

    assert await asyncio.to_thread(closed)
    return await offered(pipeline, body(span(99)))


async def test_a_drain_that_cannot_finish_says_so():
    store = Gated()
    with pipeline_on(store) as pipeline:
        task = asyncio.create_task(offered(pipeline, body(span(1))))
        await store.is_reached()
        assert not await asyncio.to_thread(pipeline.drain, 0.01)
        store.gate.set()
        await task


async def test_below_the_disk_floor_nothing_is_accepted(tmp_path):
    full = DuckDBStore(tmp_path, StoreSettings(free_disk_floor_mb=2**40))
    with pipeline_on(full, room=full) as pipeline:
        (refused,) = await offered(pipeline, body(span(1)))
        assert (type(refused), refused.reason) == (Overloaded, "disk_floor")
    full.close()


async def test_a_store_that_cannot_write_is_no_success_and_the_retry_is_stored_once():
    store = Raising(StoreUnavailable("no room", retry_after_s=2.5))
    with pipeline_on(store) as pipeline:
        (refused,) = await offered(pipeline, body(span(1)))
        assert (refused.reason, refused.retry_after_s) == ("store_unavailable", 2.5)
        assert await receipt(pipeline, body(span(1))) == Receipt(received=1, stored=1)
    assert span_ids(store) == [1]


@pytest.mark.parametrize("after", [False, True], ids=["before the commit", "after the commit"])
async def test_an_unforeseen_error_is_never_a_success_and_the_retry_is_stored_once(after, caplog):
    store = Raising(MemoryError("no memory"), after=after)
    with pipeline_on(store) as pipeline:
        (refused,) = await offered(pipeline, body(span(1)))
        assert (type(refused), refused.reason) == (Overloaded, "internal_error")
        again = await receipt(pipeline, body(span(1)))
    assert (again.stored, again.duplicate) == ((0, 1) if after else (1, 0))
    assert span_ids(store) == [1]
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


async def test_a_sender_that_hangs_up_loses_nothing_and_blocks_nobody():
    store = Gated()
    with pipeline_on(store) as pipeline:
        gone = asyncio.create_task(pipeline.offer(Signal.TRACES, body(span(1))))
        await store.is_reached()
        gone.cancel()
        store.gate.set()
        assert (await receipt(pipeline, body(span(2)))).stored == 1
        assert (await receipt(pipeline, body(span(1)))).duplicate == 1
        assert pipeline.held_bytes == 0
    assert span_ids(store) == [1, 2]


def test_senders_on_several_loops_are_answered_on_their_own(store):
    with pipeline_on(store) as pipeline:

        async def both():
            other = asyncio.to_thread(asyncio.run, receipt(pipeline, body(span(1))))
            return await asyncio.gather(other, receipt(pipeline, body(span(2))))

        assert [told.stored for told in asyncio.run(both())] == [1, 1]


def test_a_loop_that_is_gone_stops_nobody():
    store = Gated()
    with pipeline_on(store) as pipeline:
        loop = asyncio.new_event_loop()
        task = loop.create_task(pipeline.offer(Signal.TRACES, body(span(1))))
        loop.call_later(0.01, loop.stop)
        loop.run_forever()
        task.cancel()
        loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
        loop.close()
        store.gate.set()
        assert asyncio.run(receipt(pipeline, body(span(2)))).stored == 1
    assert span_ids(store) == [1, 2]


async def test_the_request_can_be_read_back_as_it_was_sent(store):
    sent = body(span(1, attributes={"anything": "at all"}))
    with pipeline_on(store) as pipeline:
        await receipt(pipeline, sent)
    (kept,) = asked(store, "select p.body, p.raw_bytes, p.codec from payloads p join spans s using (batch_seq)")
    assert kept["codec"] == "zstd"
    assert unpacked(kept["body"], kept["raw_bytes"]) == sent


async def test_a_request_of_repeats_only_keeps_no_second_copy_of_its_content(store):
    with pipeline_on(store) as pipeline:
        await receipt(pipeline, body(span(1), span(2)))
        await receipt(pipeline, body(span(2), span(1)))
    assert asked(store, "select batch_seq, stored, duplicate from batches order by 1") == [
        {"batch_seq": 1, "stored": 2, "duplicate": 0},
        {"batch_seq": 2, "stored": 0, "duplicate": 2},
    ]
    assert asked(store, "select batch_seq from payloads") == [{"batch_seq": 1}]


async def test_calls_point_to_the_batch_and_the_start_of_their_span(store):
    call = span(2, attributes={"gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 3})
    with pipeline_on(store) as pipeline:
        await receipt(pipeline, body(span(1)))
        await receipt(pipeline, body(span(3, trace_id=b""), span(1), call))
    (row,) = asked(store, "select span_id, batch_seq, epoch_ns(started_at) as ns, input_tokens from model_calls")
    assert row == {"span_id": 2, "batch_seq": 2, "ns": NOON, "input_tokens": 3}


async def test_batches_are_numbered_on_after_a_restart(store):
    for number in (1, 2):
        with pipeline_on(store) as pipeline:
            await receipt(pipeline, body(span(number)))
            assert pipeline.last_seq == number


async def test_everything_offered_is_in_the_accounts(store):
    accounts = Accounts()
    with pipeline_on(store, accounts) as pipeline:
        told = [await receipt(pipeline, item) for item in (body(span(1)), body(span(1)), body(span(2, span_id=b"")))]
        await offered(pipeline, GARBAGE)
    assert all(adds_up(item) for item in told)
    assert {(line.outcome, line.reason): line.value for line in accounts.lines()} == {
        ("received", ""): 3,
        ("stored", ""): 1,
        ("duplicate", ""): 1,
        ("rejected", "span_id_length"): 1,
    }
