"""How far back a look goes: what bad events have in common is read from every span, and ten million take ten seconds.

So a long window is looked at from its end, as far back as it holds no more spans than can be read while somebody waits.
The answer says where that begins.
"""

from collections.abc import Callable

from analytics.notation import NS_PER_MINUTE
from analytics.questions import Window
from analytics.slo.kinds import Unit

MOST_SPANS = {Unit.REQUEST: 1_500_000, Unit.SPAN: 500_000, Unit.MEASURE: 1_500_000}
"""Spans of a look, by what is judged: judging one takes twice as long as reading it. 0.6 to 0.8 seconds of a core."""


def newest(window: Window, most: int, spans: Callable[[Window], int]) -> Window:
    """Return the end of a window that holds at most so many spans, or its last minute; it begins with a whole minute.

    ``spans`` counts those of a window. Where spans come evenly one step is enough.

    >>> newest(Window(0, 600 * NS_PER_MINUTE), 100, lambda window: (window.until_ns - window.start_ns) // NS_PER_MINUTE)
    Window(start_ns=30000000000000, until_ns=36000000000000)
    """
    start_ns, until_ns = window.start_ns, window.until_ns
    last_ns = (until_ns - 1) // NS_PER_MINUTE * NS_PER_MINUTE
    while start_ns < last_ns and (found := spans(Window(start_ns, until_ns))) > most:
        cut_ns = until_ns - (until_ns - start_ns) * most // found
        start_ns = min(-(-max(cut_ns, start_ns + 1) // NS_PER_MINUTE) * NS_PER_MINUTE, last_ns)
    return Window(start_ns, until_ns)
