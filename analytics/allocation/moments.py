"""Instants as people write them in a configuration: a UTC day, or RFC 3339.

>>> str(moment("effective_from", "2026-10-01"))
'2026-10-01T00:00:00.000000Z'
"""

import re
from dataclasses import dataclass

from analytics.notation import instant_ns, instant_text

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """An instant in unix nanoseconds."""

    ns: int

    def __str__(self) -> str:
        return instant_text(self.ns)


def moment(name: str, text: str | None) -> Moment | None:
    """Read the instant of a key; raises ValueError naming the key, what was found and what would do."""
    if text is None:
        return None
    full = f"{text}T00:00:00Z" if _DAY.fullmatch(text) else text
    try:
        return Moment(instant_ns(full))
    except ValueError as error:
        raise ValueError(f"{name} is {text!r}; expected a UTC day such as 2026-10-01 or an instant: {error}") from error
