"""The names of series in a PromQL expression: what is left of it without texts, labels, functions and numbers."""

import re

_AWAY = (
    r'"(?:[^"\\]|\\.)*"',
    r"\{[^}]*\}",
    r"\[[^\]]*\]",
    r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)",
    r"\boffset\s+\S+",
    r"\b[\w:]+\s*(?=\()",
    r"\b(?:and|or|unless|bool|by|without|on|ignoring|offset)\b",
    r"\$\{?\w+\}?",
    r"\b[\d.]+(?:[eE][+-]?\d+)?\w*\b",
)


def names(expr: str) -> set[str]:
    """Every series that is asked for.

    >>> sorted(names('sum by (a) (rate(x_total{b="c or d"}[5m] offset 1h)) / on (a) (y:z > bool 0) or vector(1e3)'))
    ['x_total', 'y:z']
    """
    for pattern in _AWAY:
        expr = re.sub(pattern, " ", expr)
    return set(re.findall(r"[a-zA-Z_:][\w:]*", expr))
