"""Figures of a window as a line of blocks: the highest one full, nothing where nobody knows.

>>> sparkline([0, 1, 2, None, 4], 5)
'▁▃▅ █'
>>> sparkline([1, 1, 5, 1], 2), sparkline([None, None], 2), sparkline([0, 0], 2)
('▂█', '  ', '▁▁')
"""

from collections.abc import Iterator, Sequence

_BLOCKS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float | None], width: int) -> str:
    """Draw the values in at most ``width`` characters; where several share one, the highest shows."""
    drawn = list(_highest(values, width)) if len(values) > width else list(values)
    top = max((value for value in drawn if value is not None), default=0.0)
    return "".join(" " if value is None else _block(value, top) for value in drawn)


def _block(value: float, top: float) -> str:
    """The lowest block is nothing, each other one its part of the highest."""
    return _BLOCKS[0] if top <= 0 or value <= 0 else _BLOCKS[max(1, round(value / top * (len(_BLOCKS) - 1)))]


def _highest(values: Sequence[float | None], width: int) -> Iterator[float | None]:
    for at in range(width):
        part = values[at * len(values) // width : (at + 1) * len(values) // width]
        yield max((value for value in part if value is not None), default=None)
