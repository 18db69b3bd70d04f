"""Whether an answer may be believed: its signature, its instants, its leases.

A refused answer changes nothing and is counted under the kind of its fault. Clocks may differ by ``clock_tolerance_s``:
a document issued further in the future is refused, because its leases would outlive what they were meant for, and so is
one whose leases are longer than ``longest_lease_s``, because no publisher should bind a router for so long.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from instrumentation.decision_client import Answer, RefusedAnswerError
from instrumentation.decision_signature import SIGNATURE_HEADER, SignatureKey, Signed, checked
from instrumentation.downgrade import DecisionDocument

_REMEDIES = {
    Signed.UNSIGNED: f"found no {SIGNATURE_HEADER} that can be read; expected one, as signature keys are configured",
    Signed.UNKNOWN_KEY: "found a signature of keys that are not configured; expected one of those that are",
    Signed.FORGED: "found a signature that no configured key has made; expected the publisher's",
}


@dataclass(frozen=True, slots=True)
class Admission:
    """What an answer has to keep; without ``keys`` it needs no signature."""

    keys: Sequence[SignatureKey] = ()
    clock_tolerance_s: float = 30.0
    longest_lease_s: float = 3_600.0

    def check_signature(self, answer: Answer) -> None:
        """Raise RefusedAnswerError unless the body is signed as configured."""
        if self.keys and answer.body is not None:
            found = checked(self.keys, answer.signature, answer.etag, answer.body)
            if found is not Signed.GOOD:
                raise RefusedAnswerError(found.value, _REMEDIES[found])

    def check_instants(self, document: DecisionDocument, now_s: float) -> None:
        """Raise RefusedAnswerError for a document of the future or one that binds for too long."""
        issued_s = max(at.timestamp() for at in (document.issued_at, *(d.issued_at for d in document.decisions)))
        if issued_s > now_s + self.clock_tolerance_s:
            now, latest = (datetime.fromtimestamp(s, UTC).isoformat() for s in (now_s, issued_s))
            raise RefusedAnswerError("future", f"found the issue time {latest}; expected none much after {now}")
        bound_s = max((d.expires_at.timestamp() for d in document.decisions), default=now_s) - now_s
        if bound_s > self.longest_lease_s + self.clock_tolerance_s:
            expected = f"expected at most {self.longest_lease_s:.0f} s"
            raise RefusedAnswerError("lease_too_long", f"found a lease of {bound_s:.0f} s from now; {expected}")
