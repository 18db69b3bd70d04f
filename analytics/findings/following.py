"""One figure while spans still come late: what is settled, and what the steps since then say as far as they are known.

The steps of the last while are judged at once, and judged again from the settled state when one of them has changed. So
a finding does not wait for stragglers, and what was judged is what would have been judged had they come in time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analytics.findings.course import Course, Event


@dataclass(slots=True)
class Following:
    """One figure; ``settled`` has judged every step that no longer changes."""

    settled: Course
    _live: Course | None = None
    """Has judged every step there is; None: it is where ``settled`` is."""
    _judged: dict[int, float] = field(default_factory=dict)
    """What ``live`` judged since the settled steps."""

    def allow(self, false_alarms_per_step: float) -> None:
        """Set how often it may be wrong."""
        for course in filter(None, (self.settled, self._live)):
            course.detector.false_alarms_per_row = false_alarms_per_step

    def turn(self, steps: Mapping[int, float], settle_until: int) -> None:
        """Judge ``steps``, all there are since those that were settled, and settle those before ``settle_until``."""
        order = sorted(steps)
        live, fresh = self._going_on(steps, order)
        for step in order:
            if step < settle_until:
                self.settled.take(step, steps[step])
        self._judged = {step: value for step, value in steps.items() if step >= settle_until}
        if not self._judged:
            self._live = None
            return
        if live is None:
            live, fresh = self.settled.copy(), [step for step in order if step >= settle_until]
        for step in fresh:
            live.take(step, steps[step])
        self._live = live

    def _going_on(self, steps: Mapping[int, float], order: Sequence[int]) -> tuple[Course | None, Sequence[int]]:
        """What has judged all but the steps beside it; None where that has to begin again at the settled ones."""
        judged = self._judged
        fresh = [step for step in order if step not in judged]
        unchanged = all(steps.get(step) == value for step, value in judged.items())
        late = bool(fresh and judged and fresh[0] < max(judged))
        return (self._live if unchanged and not late else None), fresh

    def settle(self, steps: Mapping[int, float]) -> None:
        """Judge steps that no longer change, and nothing else: history."""
        for step in sorted(steps):
            self.settled.take(step, steps[step])
        self._live, self._judged = None, {}

    @property
    def events(self) -> Sequence[Event]:
        """What is unusual, or was since :meth:`forget`."""
        return (self._live or self.settled).events

    def forget(self, before_s: float) -> None:
        """Drop what ended before an instant."""
        for course in filter(None, (self.settled, self._live)):
            course.forget(before_s)
