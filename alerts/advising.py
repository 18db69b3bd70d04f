"""Notes in the journal which changes the figures would roll back, each once, and has it told. It never acts on them."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta

from alerts.journal import Journal, Note
from analytics.answering import Clock
from analytics.changes.advice import Advice, Course, advice
from analytics.changes.change import TOLD_KINDS, Change
from analytics.changes.history import History
from analytics.changes.sides import sides
from analytics.notation import NS_PER_HOUR, NS_PER_MINUTE, instant_text, usd_text
from analytics.repeating import Repeating

KIND = "rollback_advice"
COMPARE_NS = NS_PER_HOUR
"""The longest windows before and after; what has not shown within an hour is on the page of changes."""
_LATE_NS = 10 * NS_PER_MINUTE
"""How long after its windows a change is still looked at: spans come late."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True, eq=False)
class Advising:
    """Looks at young changes once a minute until it is stopped."""

    history: History
    journal: Journal
    now: Clock
    tell: Callable[[datetime], object] = lambda _: None
    """Tells what is noted and not told yet; called at the first look, which may find notes of an earlier run."""
    thread: Repeating = field(init=False)
    _noted: set[str] | None = None
    _untold: bool = True

    def __post_init__(self) -> None:
        self.thread = Repeating("advise", self.look, first_s=20.0)

    def look(self) -> list[Note]:
        """Note every change that is to be rolled back and not noted yet, and have it told; returns the notes."""
        now_ns = self.now()
        at = _EPOCH + timedelta(microseconds=now_ns // 1_000)
        notes = self._noticed(now_ns, at)
        self._untold = self._untold or bool(notes)
        if self._untold:
            self.tell(at)
            self._untold = False
        return notes

    def _noticed(self, now_ns: int, at: datetime) -> list[Note]:
        noted = self._known()
        young = self.history.changes(max(0, now_ns - COMPARE_NS - _LATE_NS), now_ns)
        asked = [one for one in young if one.kind in TOLD_KINDS and one.change_id not in noted]
        if not asked:
            return []
        figures = sides(self.history.store, asked, COMPARE_NS, now_ns)
        advised = [(one, advice(one, told, young)) for one, told in zip(asked, figures, strict=True)]
        notes = [_note(one, said) for one, said in advised if said is not None and said.course is Course.ROLL_BACK]
        self.journal.append(notes, at)
        noted.update(str(note.body["change_id"]) for note in notes)
        return notes

    def _known(self) -> set[str]:
        if self._noted is None:
            self._noted = {str(entry.content["change_id"]) for entry in self.journal.entries(KIND)}
        return self._noted


def _note(change: Change, said: Advice) -> Note:
    told = asdict(said)
    body: dict[str, object] = {
        "change_id": change.change_id,
        "kind": str(change.kind),
        "name": change.name,
        "from": change.before,
        "to": change.after,
        "at": instant_text(change.at_ns),
        "tenant": change.scope.tenant,
        "route": change.route,
        "reasons": list(told["reasons"]),
        "doubts": list(told["doubts"]),
        "extra_failures_per_day": told["extra_failures_per_day"],
    }
    amounts = ("extra_cost_per_day_usd", "at_stake_per_day_usd")
    return Note(KIND, body | {name: None if told[name] is None else usd_text(told[name]) for name in amounts})
