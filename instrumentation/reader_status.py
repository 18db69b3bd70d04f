"""How a reader is doing, for health checks and metrics."""

import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Protocol

from opentelemetry.metrics import CallbackOptions, Observation, get_meter

from instrumentation.downgrade import Scope
from instrumentation.fault_log import contained


@dataclass(frozen=True, slots=True)
class ReaderStatus:
    """What a reader last read, when, and what went wrong; ``age_s`` is the time since the publisher last answered well.

    ``decisions`` are in the table, ``held`` scopes keep what they had because their decision could not be read,
    ``restrained`` says that requests are on a way up after an interruption. ``skew_s`` is how far the publisher's clock
    is ahead of ours. ``acknowledged`` is the last (epoch, seq) that the publisher was told.

    ``errors`` counts by kind: unreachable, timeout, protocol, http_<status>, too_large, garbage (no document);
    unsigned, unknown_key, forged; future (issued in it), lease_too_long, clock (a ``Date`` too far off to be believed);
    old (a replayed document), starting (a publisher that has decided nothing yet), unknown_word (a decision with a tier
    this version does not know), lookup (an argument of ``tier`` that cannot be looked up).
    ``acknowledgement_errors`` are counted apart, because they harm nobody.
    """

    running: bool
    epoch: int | None
    seq: int | None
    last_success_at: datetime | None
    age_s: float | None
    skew_s: float
    errors: Mapping[str, int]
    decisions: int = 0
    held: tuple[Scope, ...] = ()
    restrained: bool = False
    acknowledged: tuple[int, int] | None = None
    acknowledgement_errors: Mapping[str, int] = field(default_factory=dict)


class _Watched(Protocol):
    @property
    def name(self) -> str: ...

    def status(self) -> ReaderStatus: ...


def observe(reader: _Watched) -> None:
    """Show a reader's status as OpenTelemetry metrics for as long as it lives; costs nothing without an SDK."""
    with contained("reader metrics"):
        _READERS.add(reader)
        _instruments()


@cache
def _instruments() -> None:
    """Create the instruments, once for all readers of the process."""
    meter = get_meter("burnline.instrumentation")
    for name, unit, description, of in _GAUGES:
        meter.create_observable_gauge(name, [_observed(of)], unit, description)
    meter.create_observable_counter(
        "burnline.reader.errors", [_errors], "{error}", "What went wrong while reading the downgrade signal"
    )


_GAUGES: tuple[tuple[str, str, str, Callable[[ReaderStatus], float | None]], ...] = (
    ("burnline.reader.age", "s", "Time since the publisher last answered well", lambda status: status.age_s),
    ("burnline.reader.decisions", "{decision}", "Decisions in force", lambda status: status.decisions),
    ("burnline.reader.sequence", "1", "Sequence number of the document in force", lambda status: status.seq),
)
_READERS: weakref.WeakSet[_Watched] = weakref.WeakSet()


def _observed(of: Callable[[ReaderStatus], float | None]) -> Callable[[CallbackOptions], Iterator[Observation]]:
    def values(_options: CallbackOptions) -> Iterator[Observation]:
        for reader in tuple(_READERS):
            value = of(reader.status())
            if value is not None:
                yield Observation(value, {"burnline.reader": reader.name})

    return values


def _errors(_options: CallbackOptions) -> Iterator[Observation]:
    for reader in tuple(_READERS):
        for kind, count in reader.status().errors.items():
            yield Observation(count, {"burnline.reader": reader.name, "error.type": kind})
