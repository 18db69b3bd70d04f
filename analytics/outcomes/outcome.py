"""An outcome: something that came of a request, told by whoever knows, often long after the request.

It names its request by trace id, or by the id that the provider gave the answer. Either may be told before the request
has arrived: they are joined whenever both are there. Told again under the same id it is the same outcome; without an id
of its sender, what it says is its id, so that a retry counts once.

>>> one = Outcome("ticket_solved", Decimal(1), 0, trace_id="0" * 31 + "1")
>>> one.outcome_id == Outcome("ticket_solved", Decimal("1.0"), 0, trace_id="0" * 31 + "1").outcome_id
True
"""

import hashlib
from dataclasses import dataclass
from decimal import Decimal

from analytics.notation import usd_text

PLACES = 6
"""Decimal places of a value."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One business event about one request."""

    name: str
    value: Decimal
    at_ns: int
    trace_id: str | None = None
    """32 hex digits."""
    response_id: str | None = None
    """As the provider called its answer."""
    key: str | None = None
    """What its sender calls it; None: what it says is its name."""
    at_told: bool = True
    """False where nobody said when, and ``at_ns`` is when it was told: with a key, a retry is no other outcome."""

    @property
    def outcome_id(self) -> str:
        """The same for the same outcome: 32 hex digits."""
        return _hash("key", self.key) if self.key is not None else _hash("told", self.content_sha256)

    @property
    def content_sha256(self) -> str:
        """The same where all that was told is the same."""
        at_ns = self.at_ns if self.at_told or self.key is None else None
        return _hash(self.name, usd_text(self.value), at_ns, self.trace_id, self.response_id, length=64)


def _hash(*parts: object, length: int = 32) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:length]
