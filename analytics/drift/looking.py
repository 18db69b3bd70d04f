"""One look: the streams of a window against their reference, and the models that were swapped in it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.changes.change import Change
from analytics.changes.history import History
from analytics.drift.judging import Judged, judged
from analytics.drift.reading import streams
from analytics.drift.settings import DriftSettings
from analytics.drift.stream import Stream
from analytics.drift.swaps import Swap, swaps
from analytics.drift.windows import Against, Compared, before, pinned, reference_of, weekdays
from analytics.notation import NS_PER_S
from analytics.questions import Window

Reference = Against | Window | None


@dataclass(frozen=True, slots=True)
class Look:
    """What a look says."""

    compared: Compared
    judged: Sequence[Judged]
    swaps: Sequence[Swap]
    changes: Sequence[Change]
    """Those of the window."""


def look(history: History, window: Window, settings: DriftSettings, reference: Reference = None) -> Look:
    """Compare a window with its reference: the one given, of the settings, or weekdays where there are any."""
    compared, found = _read(history, window, settings, reference)
    chance = np.random.default_rng([window.start_ns // NS_PER_S, window.until_ns // NS_PER_S])
    verdicts = judged(found, settings, chance)
    changes = history.changes(window.start_ns, window.until_ns)
    swapped = swaps(history.store, changes, window, window.until_ns, settings.least)
    return Look(compared, verdicts, swapped, changes)


def _read(
    history: History, window: Window, settings: DriftSettings, reference: Reference
) -> tuple[Compared, list[Stream]]:
    """The first choice in which the reference has anything to compare with, or the last one."""
    chosen = reference or (reference_of(settings.reference) if settings.reference else None)
    choices = _choices(window, chosen)
    for compared in choices:
        found = streams(history.store, compared, settings.most_streams)
        if compared is choices[-1] or any(one.sides()[0].sum() >= settings.least for one in found):
            return compared, found
    raise ValueError("nothing to compare with was chosen")


def _choices(window: Window, chosen: Reference) -> Sequence[Compared]:
    if isinstance(chosen, Window):
        return (pinned(window, chosen),)
    known = {Against.WEEKDAYS: weekdays(window), Against.BEFORE: before(window)}
    return [*known.values()] if chosen is None else [known[chosen]]
