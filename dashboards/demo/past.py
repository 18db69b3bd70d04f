"""Seven weeks of a mail digest before the demo begins: what a change stands out from, and a forecast is made of.

A seeded record of a service, as OTLP: who asked, by the hours of a week, and how many tokens were read and written. Its
prompt is renewed nine days before the end, which changes nothing; for the last twenty days users get one of two layouts
(``experiment.py``). Four days before the end the provider lets another
version of the model answer to the same name: answers get longer, and nobody had deployed anything.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import ScopeSpans, Span

from dashboards.demo import experiment

ROUTE, FEATURE, TEAM = "digest", "mail digest", "mail"
MODEL, BEFORE, AFTER = "gpt-4o", "gpt-4o-2024-08-06", "gpt-4o-2024-11-20"
"""The name that is asked for, and the versions that answer to it; both have the same price."""
LONGER = 1.8
"""Tokens of an answer of the other version / of the one before."""
LASTS = timedelta(days=49)
CHANGED_BEFORE_END = timedelta(hours=90)
RENEWED_BEFORE_END = timedelta(days=9)
_GAP = timedelta(minutes=15)
"""Between the last digest and the demo."""
_TENANTS = ("acme", "globex")
_HOURLY = (16, 16, 15, 15, 16, 16, 17, 19, 22, 24, 24, 22, 20, 21, 23, 23, 21, 19, 18, 17, 17, 16, 16, 16)
"""Mean requests of the hours of a working day, UTC; most hours of the night have the ten that a figure is made of."""
_WEEKEND = 0.9
_INPUT, _OUTPUT = (1_500, 0.15), (220, 0.3)
"""Tokens: median, and sigma of the logarithm."""
_MS_A_TOKEN, _FIRST_MS = 7.0, 350.0
_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Digest:
    """One request of the past."""

    trace_id: bytes
    started_at_ns: int
    tenant: str
    version: str
    prompt_version: str
    input_tokens: int
    output_tokens: int
    drawn: bool
    """Whether its layout was drawn."""

    @property
    def duration_ns(self) -> int:
        """Reading takes a while, and every token of an answer a little."""
        return round((_FIRST_MS + _MS_A_TOKEN * self.output_tokens) * 1e6)


def changed_at(began_at: datetime) -> datetime:
    """When the other version began to answer, for a demo that began then."""
    return began_at - _GAP - CHANGED_BEFORE_END


def past(began_at: datetime, seed: int) -> Iterator[bytes]:
    """Yield a day after the other, each as one OTLP request for traces; the last day ends before the demo began."""
    return (_wire(day) for day in _days(began_at, seed))


def drawn(began_at: datetime, seed: int) -> Iterator[bytes]:
    """Yield the traces of the same past that were part of the experiment."""
    return (digest.trace_id for day in _days(began_at, seed) for digest in day if digest.drawn)


def _days(began_at: datetime, seed: int) -> Iterator[Iterator[Digest]]:
    chance = np.random.default_rng(seed)
    until = began_at - _GAP
    at = until - LASTS
    while at < until:
        end = min(at + timedelta(days=1), until)
        yield _digests(at, end, until, chance)
        at = end


def _digests(start: datetime, end: datetime, until: datetime, chance: np.random.Generator) -> Iterator[Digest]:
    hour = start
    while hour < end:
        length_s = min(3_600.0, (end - hour).total_seconds())
        mean = _HOURLY[hour.hour] * (_WEEKEND if hour.weekday() >= 5 else 1.0) * length_s / 3_600  # noqa: PLR2004 - Saturday
        for second in np.sort(chance.uniform(0.0, length_s, chance.poisson(mean))):
            yield _digest(hour + timedelta(seconds=float(second)), until, chance)
        hour += timedelta(hours=1)


def _digest(at: datetime, until: datetime, chance: np.random.Generator) -> Digest:
    changed = at >= until - CHANGED_BEFORE_END
    return Digest(
        trace_id=chance.bytes(16),
        started_at_ns=round(at.timestamp() * 1e6) * 1_000,
        tenant=_TENANTS[int(chance.integers(len(_TENANTS)))],
        version=AFTER if changed else BEFORE,
        prompt_version="7" if at >= until - RENEWED_BEFORE_END else "6",
        input_tokens=_drawn(_INPUT, chance),
        output_tokens=round(_drawn(_OUTPUT, chance) * (LONGER if changed else 1.0)),
        drawn=at >= until - experiment.LASTS,
    )


def _drawn(of: tuple[int, float], chance: np.random.Generator) -> int:
    median, sigma = of
    return round(median * float(np.exp(chance.normal(0.0, sigma))))


def _wire(digests: Iterator[Digest]) -> bytes:
    request = ExportTraceServiceRequest()
    resource = request.resource_spans.add()
    _say(resource.resource, {"service.name": "mail-digest", "service.version": "3.2.0"})
    spans = resource.scope_spans.add()
    spans.scope.name = "mail-digest"
    for digest in digests:
        _add(spans, digest)
    return request.SerializeToString()


def _add(spans: ScopeSpans, digest: Digest) -> None:
    root, call = digest.trace_id[:8], digest.trace_id[8:]
    until_ns = digest.started_at_ns + digest.duration_ns
    request = spans.spans.add(
        trace_id=digest.trace_id,
        span_id=root,
        name=f"request {ROUTE}",
        kind=Span.SPAN_KIND_SERVER,
        start_time_unix_nano=digest.started_at_ns,
        end_time_unix_nano=until_ns,
    )
    _say(request, _asked(digest))
    model_call = spans.spans.add(
        trace_id=digest.trace_id,
        span_id=call,
        parent_span_id=root,
        name=f"chat {MODEL}",
        kind=Span.SPAN_KIND_CLIENT,
        start_time_unix_nano=digest.started_at_ns + _NS // 1_000,
        end_time_unix_nano=until_ns,
    )
    _say(model_call, _called(digest))


def _asked(digest: Digest) -> dict[str, str | int]:
    return {
        "burnline.kind": "request",
        "burnline.tenant": digest.tenant,
        "burnline.team": TEAM,
        "burnline.feature": FEATURE,
        "burnline.route": ROUTE,
        "deployment.environment.name": "demo",
        "user.id": experiment.user(digest.trace_id),
        **(experiment.said(digest.trace_id) if digest.drawn else {}),
    }


def _called(digest: Digest) -> dict[str, str | int]:
    return {
        "burnline.kind": "model",
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": MODEL,
        "gen_ai.response.model": digest.version,
        "gen_ai.prompt.name": ROUTE,
        "gen_ai.prompt.version": digest.prompt_version,
        "gen_ai.usage.input_tokens": digest.input_tokens,
        "gen_ai.usage.output_tokens": digest.output_tokens,
    }


def _say(about: object, words: dict[str, str | int]) -> None:
    for name, value in words.items():
        said = about.attributes.add(key=name)  # type: ignore[attr-defined]  # spans and resources have attributes alike
        if isinstance(value, int):
            said.value.int_value = value
        else:
            said.value.string_value = value
