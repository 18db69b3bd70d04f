"""Matching rules as data: which names of a model, or of a provider, a list's entry answers to.

A rule is a JSON object with one key: `equals`, `starts_with`, `ends_with`, `contains` and `regex` hold a text,
`or` and `and` hold rules. Names are compared in lower case; a regular expression is searched anywhere in the name.

>>> matches({"or": [{"equals": "gpt-4o"}, {"starts_with": "GPT-4o-2024"}]}, "gpt-4o-2024-08-06")
True
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

Rule = Mapping[str, Any]


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "equals": lambda text, name: name == text.lower(),
    "starts_with": lambda text, name: name.startswith(text.lower()),
    "ends_with": lambda text, name: name.endswith(text.lower()),
    "contains": lambda text, name: text.lower() in name,
    "regex": lambda pattern, name: _compiled(pattern).search(name) is not None,
}
_COMPACT_DATE = re.compile(r"-(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=-|:|$)")


def matches(rule: Rule | None, name: str) -> bool:
    """Whether a lower-case name satisfies a rule; no rule matches nothing."""
    if rule is None:
        return False
    ((kind, value),) = rule.items()
    if kind == "or":
        return any(matches(part, name) for part in value)
    if kind == "and":
        return all(matches(part, name) for part in value)
    return _TESTS[kind](value, name)


def with_dashed_date(name: str) -> str:
    """Name with a compact date written as lists write it; proxies shorten it.

    >>> with_dashed_date("gpt-5.2-20251211"), with_dashed_date("gpt-4o")
    ('gpt-5.2-2025-12-11', 'gpt-4o')
    """
    return _COMPACT_DATE.sub(r"-\1-\2-\3", name)
