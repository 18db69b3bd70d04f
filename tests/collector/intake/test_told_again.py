"""An evaluation that is sent again in another batch is stored once; what only looks alike is not."""

from typing import Any

from collector.signals import Receipt, Signal
from collector.store import DuckDBStore
from tests.collector.decode.sending import NOON
from tests.collector.intake.offering import pipeline_on, receipt
from tests.collector.intake.test_logs import SCORED, logs, record
from tests.collector.store.rows import asked


async def kept(*bodies: bytes) -> tuple[list[Receipt], int]:
    store = DuckDBStore(None)
    receipts = []
    for body in bodies:
        with pipeline_on(store) as pipeline:  # a restart between them: nothing is remembered but the store
            receipts.append(await receipt(pipeline, body, Signal.LOGS))
    (row,) = asked(store, "select count(*) as events from log_events")
    return receipts, row["events"]


def scored(**changes: Any) -> dict[str, Any]:
    return SCORED | {f"gen_ai.evaluation.{key}": value for key, value in changes.items()}


async def test_re_batched_it_is_a_duplicate_and_the_sum_holds():
    one, two = record(attributes=SCORED), record(attributes=scored(name="safety"))
    receipts, events = await kept(logs(one), logs(two, one))
    assert receipts == [Receipt(received=1, stored=1), Receipt(received=2, stored=1, duplicate=1)]
    assert events == 2


async def test_twice_in_one_batch_is_once_stored():
    receipts, events = await kept(logs(record(attributes=SCORED), record(attributes=SCORED)))
    assert (receipts[0].stored, receipts[0].duplicate, events) == (1, 1, 1)


async def test_another_instant_score_or_answer_is_another_evaluation():
    others = [
        record(attributes=SCORED, time_unix_nano=NOON + 1),
        record(attributes=scored(**{"score.value": 0.5})),
        record(attributes=scored(**{"score.label": "fail"})),
        record(attributes=SCORED | {"gen_ai.response.id": "chatcmpl-2"}),
        record(attributes=SCORED, span_id=b"\x03" * 8),
    ]
    _, events = await kept(logs(record(attributes=SCORED)), logs(*others))
    assert events == 1 + len(others)


async def test_events_that_judge_nothing_are_never_taken_for_repeats():
    detail = record("gen_ai.client.inference.operation.details")
    _, events = await kept(logs(detail), logs(detail, detail))
    assert events == 3
