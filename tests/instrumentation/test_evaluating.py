"""Evaluations leave the process as events by the conventions, and never break what they judge."""

import json
import subprocess
import sys

import pytest

from instrumentation import evaluation

_TOLD = """
import json
from opentelemetry import trace
from opentelemetry._logs import set_logger_provider
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.trace import TracerProvider
trace.set_tracer_provider(TracerProvider())
kept, logs = InMemoryLogRecordExporter(), LoggerProvider()
logs.add_log_record_processor(SimpleLogRecordProcessor(kept))
set_logger_provider(logs)
from instrumentation import evaluation, faults, request
with request(tenant="acme") as answer:
    {call}
    span = answer.span.get_span_context()
records = [kept_one.log_record for kept_one in kept.get_finished_logs()]
own = (span.trace_id, span.span_id)
print(json.dumps([[r.event_name, dict(r.attributes), r.trace_id == own[0], r.span_id == own[1]] for r in records]))
"""


def told(call: str) -> list[list[object]]:
    command = [sys.executable, "-c", _TOLD.replace("{call}", call)]
    ran = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)  # noqa: S603 - our own code
    found: list[list[object]] = json.loads(ran.stdout)
    return found


def test_an_evaluation_is_an_event_of_the_span_it_judges_with_its_weight():
    call = 'evaluation("faithfulness", score=1, label="pass", response_id="chatcmpl-1", weight=20)'
    attributes = {
        "gen_ai.evaluation.name": "faithfulness",
        "gen_ai.evaluation.score.value": 1.0,
        "gen_ai.evaluation.score.label": "pass",
        "gen_ai.response.id": "chatcmpl-1",
        "burnline.evaluation.weight": 20.0,
    }
    assert told(call) == [["gen_ai.evaluation.result", attributes, True, True]]


@pytest.mark.parametrize("score", ["excellent", object()])
def test_a_score_that_is_none_breaks_nothing(score):
    evaluation("faithfulness", score=score)
