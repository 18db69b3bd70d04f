"""OpenSLO's durations: a whole number of minutes, hours, days, weeks, months, quarters or years.

The specification does not say how long a rolling month is. Its authors' own library takes 30 days for it, 90 for a
quarter and 365 for a year, and so do we, saying so.

>>> seconds("4w"), shorthand(2_419_200.0), shorthand(90.0), shorthand(5400.0)
(2419200.0, '4w', '2m', '90m')
"""

import math
from collections.abc import Mapping
from types import MappingProxyType

_UNITS_S: Mapping[str, int] = MappingProxyType(
    {"m": 60, "h": 3600, "d": 86_400, "w": 604_800, "M": 2_592_000, "Q": 7_776_000, "Y": 31_536_000}
)
_WRITTEN = ("w", "d", "h", "m")
INEXACT = frozenset("MQY")
"""Units of which a rolling window is nowhere defined."""


def seconds(text: str) -> float:
    """Seconds of a duration that the specification allows."""
    return float(int(text[:-1]) * _UNITS_S[text[-1]])


def shorthand(duration_s: float) -> str:
    """The duration in the largest unit that fits, rounded up to whole minutes."""
    whole_s = max(1, math.ceil(duration_s / 60)) * 60
    unit = next(unit for unit in _WRITTEN if whole_s % _UNITS_S[unit] == 0)
    return f"{whole_s // _UNITS_S[unit]}{unit}"
