"""The three OTLP signals and what the receiver promises its callers.

The edge (``collector.otlp``) turns a request into protobuf bytes and calls :class:`Intake`; the answer comes back
only after the commit that holds the records, or as one of the exceptions drawn here:

    Refused                  the request is answered with an error, nothing of it is kept
    |-- Malformed            not what it claims to be: 400 / INVALID_ARGUMENT, not retryable
    |-- TooLarge             over a limit: 413 / RESOURCE_EXHAUSTED without RetryInfo, not retryable
    `-- Overloaded           try again after ``retry_after_s``: 503 / UNAVAILABLE with RetryInfo
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Signal(StrEnum):
    """An OTLP signal; the value is the last part of its HTTP path."""

    TRACES = "traces"
    LOGS = "logs"
    METRICS = "metrics"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one request's records: ``received == stored + duplicate + sum(rejected)``."""

    received: int = 0
    stored: int = 0
    duplicate: int = 0
    rejected: Mapping[str, int] = field(default_factory=dict)
    """Counts by reason, for instance ``{"zero_trace_id": 2}``."""

    @property
    def rejected_count(self) -> int:
        """Records not kept, for ``partial_success``."""
        return sum(self.rejected.values())


class Refused(Exception):
    """The whole request is refused; ``reason`` is the word it is counted under."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


class Malformed(Refused):
    """The bytes are not what the content type claims."""


class TooLarge(Refused):
    """A limit in bytes or records is exceeded."""


class Overloaded(Refused):
    """The receiver cannot keep this now; the sender should retry after ``retry_after_s`` seconds."""

    def __init__(self, reason: str, message: str, *, retry_after_s: float) -> None:
        super().__init__(reason, message)
        self.retry_after_s = retry_after_s


class Intake(Protocol):
    """Keeps records durably."""

    async def offer(self, signal: Signal, body: bytes) -> Receipt:
        """Keep the records of one serialized ``Export*ServiceRequest``; returns after the commit that holds them.

        Raises :class:`Malformed`, :class:`TooLarge` or :class:`Overloaded`.
        """
        ...
