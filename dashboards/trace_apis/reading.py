"""Parameters as the two data sources write them: trace ids, durations, whole numbers of time."""

import re
from decimal import Decimal

from analytics.notation import LAST_NS
from analytics.questions import BadParameter

_HEX = re.compile(r"[0-9a-fA-F]{1,32}")
_PARTS = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
_UNIT_NS = {"ns": 1, "us": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3_600 * 10**9}
_LONGEST = 64


def trace_id_of(text: str) -> str:
    """Read a trace id; zeros in front may be left out.

    >>> trace_id_of("4BF92F3577B34DA6")
    '00000000000000004bf92f3577b34da6'
    """
    if not _HEX.fullmatch(text) or not int(text, 16):
        raise BadParameter("trace id", text, "be 1 to 32 hex digits, not all of them 0")
    return text.lower().zfill(32)


def duration_ns(parameter: str, text: str) -> int:
    """Read a duration as Go writes it.

    >>> duration_ns("minDuration", "1.2s"), duration_ns("minDuration", "1m30s")
    (1200000000, 90000000000)
    """
    parts = _PARTS.findall(text)
    if not parts or len(text) > _LONGEST or "".join(number + unit for number, unit in parts) != text:
        raise BadParameter(parameter, text, "be a duration such as 1.2s, 100ms or 1m30s")
    ns = sum(int(Decimal(number) * _UNIT_NS[unit.replace("µ", "u").replace("μ", "u")]) for number, unit in parts)
    return min(ns, LAST_NS)


def moment_ns(value: int | None, unit_ns: int, otherwise_ns: int) -> int:
    """Read an instant in units since 1970, kept within what the store can name; left out it is ``otherwise_ns``."""
    return otherwise_ns if value is None else max(0, min(value * unit_ns, LAST_NS))
