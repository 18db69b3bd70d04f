"""A gate as an event over OTLP: a server keeps it, and people see why a change was refused.

It is told at the instant at which the candidate's run began, so a gate that is sent twice is stored once.
"""

import json
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from analytics.evaluation.events import SCOPE, instant_ns
from analytics.evaluation.gate import Gate
from analytics.evaluation.reports import gate_content
from collector.dialects.events import GATE

VERDICT = "burnline.gate.verdict"
CONTENT = "burnline.gate.content"
_RUN = ("run_id", "name", "system", "started_at")
_METRIC = (
    "name",
    "side",
    "verdict",
    "why",
    "pairs",
    "baseline",
    "candidate",
    "difference",
    "lower",
    "upper",
    "adjusted_p_value",
    "loss_at_most",
    "detectable",
    "noticed",
)


def gate_request(gate: Gate) -> ExportLogsServiceRequest:
    """One request with this gate."""
    request = ExportLogsServiceRequest()
    scope = request.resource_logs.add().scope_logs.add()
    scope.scope.name = SCOPE
    record = scope.log_records.add(event_name=GATE, time_unix_nano=instant_ns(gate.comparison.candidate.started_at))
    for key, value in ((VERDICT, str(gate.verdict)), (CONTENT, json.dumps(gate_summary(gate)))):
        record.attributes.add(key=key).value.string_value = value
    return request


def gate_summary(gate: Gate) -> dict[str, Any]:
    """What is told of a gate: the verdict, the runs, and each metric without its items."""
    content = gate_content(gate)
    kept = {name: content[name] for name in ("verdict", "level", "items", "changed_answers")}
    return {
        **kept,
        "baseline": {name: content["baseline"][name] for name in _RUN},
        "candidate": {name: content["candidate"][name] for name in _RUN},
        "metrics": [{name: one[name] for name in _METRIC} for one in content["metrics"]],
    }
