"""Judges downgrades, once a minute, as long as something of them may still come."""

from dataclasses import dataclass, field

from alerts.effects.effect import effect_id
from alerts.effects.judging import judged
from alerts.effects.kept import due, judgements, keep
from alerts.effects.stretches import pieces, stretches
from alerts.journal import Journal
from alerts.memory import TRANSITION
from analytics.answering import Clock
from analytics.repeating import Repeating

_MOST = 50
"""Downgrades judged in one turn, the newest first; the others have their turn a minute later."""


@dataclass(slots=True)
class EffectLoop:
    """One for a server."""

    journal: Journal
    now: Clock
    thread: Repeating = field(init=False)

    def __post_init__(self) -> None:
        self.thread = Repeating("effects", self.turn, first_s=30.0)

    def turn(self) -> int:
        """Judge what is due; returns how many that were."""
        now_ns, store = self.now(), self.journal.store
        every = stretches(self.journal.entries(TRANSITION))
        if not every:
            return 0
        known = judgements(store)
        wanted = [one for one in pieces(every, now_ns) if due(one, known.get(effect_id(one)), now_ns)][-_MOST:]
        for one in wanted:
            if self.thread.stopped:
                break
            keep(store, [judged(store, one, every, now_ns)])
        return len(wanted)
