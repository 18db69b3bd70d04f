"""When a thread that works in turns takes the next one: by news, by the clock, and never again once it is stopped.

>>> turns = Turns()
>>> turns.ring()
>>> turns.rest(0.0, 60.0)  # there is news, so nobody waits a minute
<Why.NEWS: 'news'>
>>> turns.rest(0.0, 0.001)
<Why.TIME: 'time'>
"""

from dataclasses import dataclass, field
from enum import StrEnum
from threading import Condition


class Why(StrEnum):
    """Why a rest is over."""

    NEWS = "news"
    TIME = "time"
    STOPPED = "stopped"


@dataclass(slots=True)
class Turns:
    """Shared by one thread that works and any number that bring news; news that comes during a turn begins the next."""

    _changed: Condition = field(default_factory=Condition)
    _news: bool = False
    _stopped: bool = False

    @property
    def stopped(self) -> bool:
        """Whether there are no more turns."""
        return self._stopped

    def ring(self) -> None:
        """Tell that there is something new; told twice before the next turn it counts once."""
        with self._changed:
            self._news = True
            self._changed.notify_all()

    def stop(self) -> None:
        """End the rest under way, and all that would follow."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def rest(self, least_s: float, most_s: float) -> Why:
        """Rest for ``least_s`` whatever comes, then until there is news, for ``most_s`` altogether."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopped, least_s)
            self._changed.wait_for(lambda: self._stopped or self._news, max(0.0, most_s - least_s))
            news, self._news = self._news, False
            if self._stopped:
                return Why.STOPPED
            return Why.NEWS if news else Why.TIME
