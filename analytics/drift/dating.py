"""When a stream became another one, afterwards.

With f0 the distribution of the reference and f1 of the window, an event x says log f1(x) / f0(x) for the change. The
most likely beginning is the block from which on the events say most for it together (Hinkley 1970). It is found in
hours of a day's window first, and then around the best of them in twelfths of those.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from analytics.drift.reading import streams
from analytics.drift.stream import Key, Stream
from analytics.drift.windows import Against, Compared
from analytics.notation import NS_PER_S
from analytics.questions import Window
from collector.store import Store

_COARSE, _FINE = 24, 12
"""Parts of the window, and of such a part: of a day an hour and five minutes."""
_WEEK_S, _LONGEST_S = 7 * 86_400, 28 * 86_400
"""How far before the window it can have begun: against weekdays a week, else four."""
_MOST_FINE = 6
"""Beginnings that are looked at more closely; each is a read of the store."""
_EVERY_STREAM = 1_000_000
"""At most so many are read: more than there are, since only the streams that drifted are asked for."""


def dated(store: Store, compared: Compared, drifted: Sequence[Stream]) -> Mapping[Key, int]:
    """The most likely beginning of each stream, in nanoseconds since 1970; of a day's window to five minutes."""
    block_s = max(60, (compared.window.until_ns - compared.window.start_ns) // NS_PER_S // _COARSE)
    known = {one.key: one for one in drifted}
    found = _beginnings(store, Window(_first_ns(compared), compared.window.until_ns), block_s, known)
    closer: dict[int, list[Key]] = {}
    for key, at_ns in found.items():
        closer.setdefault(at_ns, []).append(key)
    for at_ns, keys in sorted(closer.items(), key=lambda one: -len(one[1]))[:_MOST_FINE]:
        near = Window(max(0, at_ns - block_s * NS_PER_S), min(at_ns + block_s * NS_PER_S, compared.window.until_ns))
        found |= _beginnings(store, near, max(1, block_s // _FINE), {key: known[key] for key in keys})
    return found


def _first_ns(compared: Compared) -> int:
    """From where on it can have begun: in the reference it had not, or not everywhere."""
    window = compared.window
    if compared.against is Against.BEFORE:
        return compared.start_ns
    back_s = _WEEK_S if compared.against is Against.WEEKDAYS else _LONGEST_S
    pinned_ns = compared.start_ns if compared.against is Against.PINNED else 0
    return max(0, pinned_ns, window.start_ns - back_s * NS_PER_S)


def _beginnings(store: Store, window: Window, block_s: int, known: Mapping[Key, Stream]) -> dict[Key, int]:
    course = streams(store, Compared(window, (), Against.BEFORE, block_s), _EVERY_STREAM, only=known.keys())
    return {one.key: window.start_ns + beginning(known[one.key], one) * block_s * NS_PER_S for one in course}


def beginning(stream: Stream, course: Stream) -> int:
    """The block of a course from which on it is as in the window of a stream, and not as in its reference."""
    before, since = stream.sides()
    many = len(stream.cells)
    weight = np.log((since + 0.5) / (since.sum() + 0.5 * many)) - np.log((before + 0.5) / (before.sum() + 0.5 * many))
    place = np.searchsorted(stream.cells, course.cells).clip(max=many - 1)
    told = np.where(stream.cells[place] == course.cells, weight[place], 0.0)
    said = (course.counts @ told)[::-1].cumsum()[::-1]
    return int(np.argmax(said))
