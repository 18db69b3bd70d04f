"""What a reader knows and how an answer changes it: no thread, no connection.

An answer that is refused raises and changes nothing. Whoever asks for a verdict meanwhile sees the table from before or
the table after, because each is replaced in one assignment.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from threading import Lock

from instrumentation.acknowledging import Applied
from instrumentation.admission import Admission
from instrumentation.decision_client import Answer
from instrumentation.decision_table import DecisionTable, Outcome, Verdict
from instrumentation.downgrade import DecisionDocument
from instrumentation.downgrade_json import Received, from_json
from instrumentation.publisher_clock import skew_s

STARTING_S = 10.0
"""A publisher that starts has decided nothing yet; for so long its first, empty document takes back nothing."""


class Following:
    """The decisions of one publisher, and its time; one thread gives it answers, any may ask."""

    def __init__(
        self, admission: Admission, up_dwell_s: float, clock: Callable[[], datetime], elapsed: Callable[[], float]
    ) -> None:
        self._admission, self._up_dwell_s = admission, up_dwell_s
        self._clock, self._elapsed = clock, elapsed
        self.table = DecisionTable()
        self.etag: str | None = None
        self.applied: Applied | None = None
        """What was applied last."""
        self.last_success_at: datetime | None = None
        self.skew_s = 0.0
        """How far the publisher's clock is ahead of ours."""
        self._offset_s = 0.0
        self._answered_s: float | None = None
        self._gap = False
        self._errors: Counter[str] = Counter()
        self._lock = Lock()

    def verdict(self, tenant: str | None, route: str | None, model: str | None, key: str) -> Verdict:
        """Judge one request as of now."""
        return self.table.verdict(tenant, route, model, key, self._elapsed() + self._offset_s)

    def take(self, answer: Answer) -> Outcome:
        """Follow a good answer; raises RefusedAnswerError or DocumentError for one that is none."""
        self._admission.check_signature(answer)
        now, ahead_s = self._clock(), self._ahead_s(answer)
        outcome = Outcome.REPEATED if answer.body is None else self._offer(answer, now.timestamp() + ahead_s)
        self._answered_s = self._elapsed()
        self.skew_s, self._offset_s = ahead_s, now.timestamp() + ahead_s - self._answered_s
        self.last_success_at = now
        self._gap = self._gap and outcome is Outcome.OLD
        return outcome

    def lost(self) -> None:
        """Note that documents may be missed from here on."""
        self._gap = True

    def count(self, kind: str, times: int = 1) -> None:
        """Count something that went wrong."""
        if times:
            with self._lock:
                self._errors[kind] += times

    def errors(self) -> dict[str, int]:
        """Return what went wrong so far, by kind."""
        with self._lock:
            return dict(self._errors)

    def age_s(self) -> float | None:
        """Seconds since the last good answer; None before the first."""
        return None if self._answered_s is None else self._elapsed() - self._answered_s

    def restrained(self) -> bool:
        """Whether requests are on a way up after an interruption."""
        return self.table.restrained(self._elapsed() + self._offset_s)

    def forked(self) -> None:
        """Replace the lock, which a thread of the parent may have held."""
        self._lock = Lock()

    def _ahead_s(self, answer: Answer) -> float:
        """Seconds that the publisher's clock is ahead of ours; a signed publisher's ``Date`` is believed in bounds."""
        most_s = self._admission.clock_tolerance_s if self._admission.keys else None
        ahead_s = skew_s(self._clock(), answer.answered_at, most_s)
        self.count("clock", ahead_s is None)
        return ahead_s or 0.0

    def _offer(self, answer: Answer, at_s: float) -> Outcome:
        received = from_json(answer.body or b"")
        self._admission.check_instants(received.document, at_s)
        if self._has_just_started(received.document, at_s):
            self.count("starting")
            self.etag = None
            return Outcome.OLD
        return self._apply(received, answer.etag, at_s)

    def _apply(self, received: Received, etag: str | None, at_s: float) -> Outcome:
        table, outcome = self.table.applied(
            received.document, received.unknown, after_gap=self._gap, up_dwell_s=self._up_dwell_s, at_s=at_s
        )
        self.table = table
        self.etag = None if outcome is Outcome.OLD else etag
        self.count("old", outcome is Outcome.OLD)
        if outcome is Outcome.APPLIED:
            self.count("unknown_word", len(received.unknown))
            self.applied = Applied(table.epoch, table.seq, self._clock(), table.decisions, table.held)
        return outcome

    def _has_just_started(self, document: DecisionDocument, at_s: float) -> bool:
        """Whether the publisher has nothing to say yet, while something of its earlier life is in force here."""
        young = at_s < document.issued_at.timestamp() + STARTING_S
        return document.seq == 0 and young and document.epoch > self.table.epoch and self.table.decisions > 0
