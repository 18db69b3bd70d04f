"""A span sent twice is stored once: in one group, later, after a restart, and when its key is long forgotten."""

import pytest

from collector.store import DuckDBStore
from tests.collector.decode.sending import NOON, S, body, span
from tests.collector.intake.offering import Stand, offered, pipeline_on, receipt, span_ids

LITTLE = {"remembered_spans": 4, "remembered_batches": 4}


@pytest.fixture
def store():
    return DuckDBStore(None)


async def test_the_same_span_in_two_requests_at_the_same_time(store):
    with pipeline_on(store) as pipeline:
        told = await offered(pipeline, body(span(1), span(2)), body(span(2), span(3)))
    assert sum(item.stored for item in told) == 3
    assert sum(item.duplicate for item in told) == 1
    assert span_ids(store) == [1, 2, 3]


async def test_the_same_span_twice_in_one_request(store):
    with pipeline_on(store) as pipeline:
        told = await receipt(pipeline, body(span(1), span(1)))
    assert (told.stored, told.duplicate) == (1, 1)


async def test_the_same_span_id_in_another_trace_is_another_span(store):
    with pipeline_on(store) as pipeline:
        told = await receipt(pipeline, body(span(1, trace=1), span(1, trace=2)))
    assert told.stored == 2


@pytest.mark.parametrize("settings", [{}, LITTLE], ids=["all remembered", "little remembered"])
async def test_repeats_after_a_restart(store, settings):
    with pipeline_on(store, settings=settings) as pipeline:
        for number in range(1, 11):
            await receipt(pipeline, body(span(number)))
    with pipeline_on(store, settings=settings) as pipeline:
        identical = [await receipt(pipeline, body(span(number))) for number in range(1, 11)]
        rebatched = await receipt(pipeline, body(*(span(number) for number in range(1, 12))))
    assert [told.duplicate for told in identical] == [1] * 10
    assert (rebatched.stored, rebatched.duplicate) == (1, 10)
    assert span_ids(store) == list(range(1, 12))


async def test_repeats_of_spans_whose_keys_were_forgotten(store):
    with pipeline_on(store, settings=LITTLE, clock_ns=lambda: NOON) as pipeline:
        for number in range(1, 21):
            await receipt(pipeline, body(span(number)))
        told = await receipt(pipeline, body(*(span(number) for number in range(1, 21))))
    assert (told.stored, told.duplicate) == (0, 20)
    assert len(span_ids(store)) == 20


async def test_repeats_after_a_restart_and_another_turn_of_the_memory(store):
    with pipeline_on(store, settings=LITTLE) as pipeline:
        for number in range(1, 9):
            await receipt(pipeline, body(span(number)))
    with pipeline_on(store, settings=LITTLE) as pipeline:
        for number in range(9, 15):
            await receipt(pipeline, body(span(number)))
        told = await receipt(pipeline, body(span(1), span(2)))
    assert (told.stored, told.duplicate) == (0, 2)


async def test_a_forgotten_identical_request_is_told_by_its_spans(store):
    with pipeline_on(store, settings=LITTLE) as pipeline:
        for number in range(1, 11):
            await receipt(pipeline, body(span(number)))
        assert (await receipt(pipeline, body(span(1)))).duplicate == 1


async def test_a_sender_whose_clock_is_behind_is_compared_with_the_store(store):
    behind = [span(i, start_time_unix_nano=NOON - 86_400 * S, end_time_unix_nano=NOON) for i in range(1, 9)]
    with pipeline_on(store, settings=LITTLE, clock_ns=lambda: NOON) as pipeline:
        for item in behind:
            await receipt(pipeline, body(item))
        assert (await receipt(pipeline, body(*behind))).duplicate == 8


async def test_new_spans_are_not_looked_up_in_the_store(store):
    stand = Stand(store)
    asked_for: list[str] = []
    stand.run = lambda query, *rest, **more: asked_for.append(query.name) or store.run(query, *rest, **more)
    with pipeline_on(stand) as pipeline:
        asked_for.clear()
        for number in range(1, 6):
            await receipt(pipeline, body(span(number)))
    assert asked_for == []
