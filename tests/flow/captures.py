"""The captured scenarios with what was billed, in one shape for both descriptions of them."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

OTLP = Path(__file__).parents[1] / "fixtures" / "otlp"
CLASSES = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens")


@dataclass(frozen=True, slots=True)
class Scenario:
    """What one run of an emitter sent, and the truth about it."""

    emitter: str
    name: str
    files: tuple[str, ...]
    billed: dict[str, int] | None
    """By class; classes about which nothing is known are left out. None: nothing was told to anybody."""
    lost: frozenset[str]
    buried: frozenset[str]
    visible: str | None
    """reported, missing, estimated or lost; None where the description does not say."""
    calls: int | None
    status: str | None

    def __str__(self) -> str:
        return f"{self.emitter}-{self.name}"

    @property
    def bodies(self) -> list[bytes]:
        """The requests as they were sent, in their order."""
        return [(OTLP / self.emitter / name).read_bytes() for name in self.files]

    @property
    def single_spans(self) -> list[bytes]:
        """The same spans, one a request."""
        return [
            _alone(resource, scope, span)
            for body in self.bodies
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


def _alone(resource: Any, scope: Any, span: Any) -> bytes:
    request = ExportTraceServiceRequest()
    of_resource = request.resource_spans.add(resource=resource.resource, schema_url=resource.schema_url)
    of_scope = of_resource.scope_spans.add(scope=scope.scope, schema_url=scope.schema_url)
    of_scope.spans.append(span)
    return request.SerializeToString()


@cache
def scenarios() -> tuple[Scenario, ...]:
    """Every scenario that sent something."""
    found = [*_described_by_truth(), *_described_by_index()]
    return tuple(scenario for scenario in found if scenario.files)


def _described_by_truth() -> list[Scenario]:
    return [
        Scenario(
            emitter=path.parent.name,
            name=entry["scenario"],
            files=tuple(entry["files"]),
            billed=entry["billed"],
            lost=frozenset(entry["lost"]),
            buried=frozenset(entry["buried"]),
            visible=entry["visible"].split(":")[0],
            calls=entry["calls"],
            status=entry["status"],
        )
        for path in sorted(OTLP.glob("*/truth.json"))
        for entry in json.loads(path.read_text())
    ]


def _described_by_index() -> list[Scenario]:
    return [
        Scenario(
            emitter=entry["client"],
            name=entry["scenario"],
            files=(Path(entry["file"]).name,),
            billed=_of_three(entry["true_input_output_cacheread"]),
            lost=frozenset(),
            buried=frozenset(),
            visible=None,
            calls=None,
            status=None,
        )
        for entry in json.loads((OTLP / "INDEX.json").read_text())
    ]


def _of_three(counts: list[int] | None) -> dict[str, int] | None:
    return None if counts is None else dict(zip(CLASSES[:3], counts, strict=True))
