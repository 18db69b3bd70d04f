"""Evaluations of what was answered, as an evaluator sends them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from collector.signals import Receipt, Signal
from tests.analytics.derive.house import NOON, House, S


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One ``gen_ai.evaluation.result``."""

    name: str = "faithfulness"
    score: float | None = 0.9
    label: str | None = None
    trace: int | None = 1
    span: int | None = 1
    response: str | None = None
    at_s: float = 10.0
    """After noon."""
    weight: float | None = None

    @property
    def at_ns(self) -> int:
        return NOON + round(self.at_s * S)

    @property
    def attributes(self) -> dict[str, Any]:
        said = {
            "gen_ai.evaluation.name": self.name,
            "gen_ai.evaluation.score.value": self.score,
            "gen_ai.evaluation.score.label": self.label,
            "gen_ai.response.id": self.response,
            "burnline.evaluation.weight": self.weight,
        }
        return {key: value for key, value in said.items() if value is not None}


def evaluate(house: House, *evaluations: Evaluation) -> Receipt:
    """One export request with these evaluations."""
    return house.offer(log_body(evaluations), Signal.LOGS)


def log_body(evaluations: Iterable[Evaluation]) -> bytes:
    request = ExportLogsServiceRequest()
    records = request.resource_logs.add().scope_logs.add().log_records
    for evaluation in evaluations:
        record = records.add(event_name="gen_ai.evaluation.result", time_unix_nano=evaluation.at_ns)
        if evaluation.trace is not None:
            record.trace_id = evaluation.trace.to_bytes(16, "big")
            record.span_id = (evaluation.span or 0).to_bytes(8, "big")
        for key, value in evaluation.attributes.items():
            item = record.attributes.add(key=key)
            if isinstance(value, float):
                item.value.double_value = value
            else:
                item.value.string_value = value
    return request.SerializeToString()
