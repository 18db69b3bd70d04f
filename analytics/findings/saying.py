"""A finding as a sentence."""

from collections.abc import Mapping
from typing import Any

from analytics.findings.finding import Finding
from analytics.findings.measures import measure_of

_TIMES = 2.0
"""From which factor on a change is told in times; below that it is told in percent."""


def sentence(one: Finding, explanation: Mapping[str, Any]) -> str:
    """Say what a finding is, and what explains it best.

    >>> from analytics.findings.reading import Key
    >>> key = Key("output_tokens", "route", "answer")
    >>> one = Finding("a", "a", key, 300, 0, 900, None, None, expected=100, observed=180, p_value=1e-9)
    >>> sentence(one, {})
    'length of an answer of route answer is 80 % above what is usual: 180 tokens instead of 100'
    >>> told = {"moved": [{"dimension": "model", "value": "gpt-4o", "how": "inside", "share": 0.93}]}
    >>> sentence(one, told)[-36:]
    '; model gpt-4o explains 93 % of that'
    >>> change = {"kind": "model", "name": "gpt-4o", "from": "gpt-4o-2024-05-13", "to": "gpt-4o-2024-08-06"}
    >>> told["moved"][0] |= {"dimension": "model_version", "value": "gpt-4o-2024-08-06"}
    >>> sentence(one, told | {"changes": [change]})[-74:]
    '; model gpt-4o gpt-4o-2024-05-13 → gpt-4o-2024-08-06 explains 93 % of that'
    """
    measure = measure_of(one.key.measure)
    whose = "" if one.key.dimension == "all" else f" of {one.key.dimension} {one.key.value}"
    figures = f"{_number(one.observed)} {measure.unit}".rstrip() + f" instead of {_number(one.expected)}"
    return f"{measure.title}{whose} is {_size(one)}: {figures}{_why(explanation)}"


def _size(one: Finding) -> str:
    way = "above" if one.observed >= one.expected else "below"
    if one.expected <= 0 < one.observed:
        return f"{way} what is usual"
    ratio = one.observed / one.expected if one.expected else 1.0
    if ratio >= _TIMES:
        return f"{ratio:.1f} times what is usual"
    return f"{abs(ratio - 1):.0%} {way} what is usual".replace("%", " %")


def _why(explanation: Mapping[str, Any]) -> str:
    moved = explanation.get("moved") or ()
    if not moved:
        return ""
    best = moved[0]
    return f"; {_cause(best, explanation)} explains {min(best['share'], 1.0):.0%} of that".replace("%", " %")


def _cause(best: Mapping[str, Any], explanation: Mapping[str, Any]) -> str:
    """The change that brought or took a value, where one is known."""
    for change in explanation.get("changes") or ():
        sides = [change["from"], change["to"]]
        if best["value"] in [*sides, *(f"{change['name']} {side}" for side in sides)]:
            return f"{change['kind']} {change['name']} {change['from'] or 'none'} → {change['to'] or 'none'}"
    return f"{str(best['dimension']).replace('_', ' ')} {best['value']}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits are read at a glance
