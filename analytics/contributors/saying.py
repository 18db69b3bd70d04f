"""Contributors in a sentence, for alerts and terminals.

>>> hour = NS_PER_HOUR
>>> acme = Contributor("tenant", "acme", 100.0, 51.0, 0.01, 50.0, 0.83, 20.0, (("team", "support"),))
>>> said(Found(Window(0, 1), 1_000.0, 60.0, [acme]))
'60 of 1,000 were bad. tenant acme (also team support) explains 83 %: 51 of 100 bad, 1 % elsewhere.'
>>> said(Found(Window(0, 1), 1_000.0, 60.0, [], [Origin("model", "timeout", 45.0)])).partition("alike. ")[2]
'75 % began in model: timeout.'
>>> said(Found(Window(66 * hour, 72 * hour), 1_000.0, 0.0, asked=Window(0, 72 * hour)))
'The newest 6 hours of 3 days: the rest holds too many spans to read while one waits. None of 1,000 was bad.'
>>> said(Found(Window(0, 1), 1_000.0, 60.0))
'60 of 1,000 were bad. No tenant, model or version stands out: they fail alike.'
"""

from analytics.contributors.excess import Contributor
from analytics.contributors.finding import Found, Origin
from analytics.notation import NS_PER_HOUR, NS_PER_MINUTE
from analytics.questions import Window

_SPOKEN = 3
"""Values in a sentence."""
_UNITS = ((24 * NS_PER_HOUR, "days"), (NS_PER_HOUR, "hours"), (NS_PER_MINUTE, "minutes"))
_ALSO = 2


def said(found: Found) -> str:
    """All of it in a sentence or two."""
    return _reach(found) + _judged(found)


def _judged(found: Found) -> str:
    if not found.bad:
        return f"None of {_count(found.total)} was bad." if found.total else "Nothing was judged."
    parts = [f"{_count(found.bad)} of {_count(found.total)} were bad."]
    parts += [_contributor(one, first=place == 0) for place, one in enumerate(found.contributors[:_SPOKEN])]
    if not found.contributors:
        parts.append("No tenant, model or version stands out: they fail alike.")
    if found.origins:
        parts.append(_origin(found.origins[0], found.bad))
    return " ".join(parts)


def _reach(found: Found) -> str:
    """What part of the window was looked at, where it is not all of it."""
    if found.asked is None:
        return ""
    parts = f"The newest {_length(found.window)} of {_length(found.asked)}"
    return f"{parts}: the rest holds too many spans to read while one waits. "


def _length(window: Window) -> str:
    """As people write it.

    >>> _length(Window(0, NS_PER_HOUR)), _length(Window(0, 5 * NS_PER_HOUR // 2)), _length(Window(0, 192 * NS_PER_HOUR))
    ('60 minutes', '2.5 hours', '8 days')
    """
    length_ns = window.until_ns - window.start_ns
    per_ns, unit = next(((per_ns, unit) for per_ns, unit in _UNITS if length_ns >= 2 * per_ns), _UNITS[-1])
    return f"{length_ns / per_ns:.2g} {unit}"


def _contributor(one: Contributor, *, first: bool) -> str:
    also = ", ".join(f"{dimension} {value}" for dimension, value in one.also[:_ALSO])
    named = f"{one.dimension} {one.value}" + (f" (also {also})" if also else "")
    ratios = f"{_count(one.bad)} of {_count(one.total)} bad, {_percent(one.rest_ratio)} elsewhere"
    return f"{named} explains {_percent(one.share)}: {ratios}." if first else f"Then {named}: {_percent(one.share)}."


def _origin(one: Origin, bad: float) -> str:
    what = "" if one.error_type is None else f": {one.error_type}"
    return f"{_percent(one.bad / bad)} began in {one.stage}{what}."


def _percent(ratio: float) -> str:
    """A share as people write it.

    >>> _percent(0.834), _percent(0.004), _percent(0.0)
    ('83 %', '0.4 %', '0 %')
    """
    return f"{ratio * 100:.2g} %" if 0 < ratio < 0.1 else f"{ratio * 100:.0f} %"  # noqa: PLR2004 - where whole percent say too little


def _count(number: float) -> str:
    return f"{number:,.0f}"
