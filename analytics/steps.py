"""Steps of time that a window is shown in: they begin at whole multiples of their length since 1970."""

from collections.abc import Sequence
from math import ceil

from analytics.notation import NS_PER_S
from analytics.questions import BadParameter, Window

STEPS_S = (60, 300, 900, 3_600, 4 * 3_600, 86_400, 7 * 86_400)
"""Lengths to choose from when nobody asks for one: the shortest that makes at most ``_USUAL_STEPS``, or else weeks."""
MOST_STEPS = 1_500
STEP_TEXT = "length of a step in seconds, whole minutes; fits the window when left out"
_USUAL_STEPS = 120


def step_for(window: Window, step_s: int | None = None) -> int:
    """Length of a step in nanoseconds; raises BadParameter where a window has too many of them.

    >>> step_for(Window(0, 3_600 * NS_PER_S)) // NS_PER_S, step_for(Window(0, 30 * 86_400 * NS_PER_S)) // NS_PER_S
    (60, 86400)
    >>> step_for(Window(0, 9_000 * 7 * 86_400 * NS_PER_S)) // NS_PER_S // 86_400  # 1,500 steps of six weeks
    42
    """
    length_s = (window.until_ns - window.start_ns) / NS_PER_S
    if step_s is None:
        weeks = max(1, ceil(length_s / STEPS_S[-1] / MOST_STEPS))
        return next((s for s in STEPS_S if length_s / s <= _USUAL_STEPS), weeks * STEPS_S[-1]) * NS_PER_S
    if length_s / step_s > MOST_STEPS:
        least = -(-length_s // MOST_STEPS)
        raise BadParameter("step_s", step_s, f"be at least {least:.0f}: {MOST_STEPS} steps at most")
    return step_s * NS_PER_S


def ends(window: Window, step_ns: int) -> Sequence[int]:
    """The ends of steps after the start of a window and up to its end, and its end itself.

    >>> ends(Window(10, 35), 10)
    (20, 30, 35)
    """
    first = (window.start_ns // step_ns + 1) * step_ns
    return (*range(first, window.until_ns, step_ns), window.until_ns)
