"""Patterns over words: ``*`` stands for any text, ``?`` for one character, everything else for itself.

An absent word is the empty text. So ``*`` lets everything through, ``?*`` asks for some word, and ``""`` for none.

>>> matches("acme-*", "acme-eu"), matches("?*", ""), matches("*", "")
(True, False, True)
"""

import re
from collections.abc import Iterable
from functools import lru_cache

ANYTHING = ("*",)
"""What a condition holds that nobody asked for."""
_WILD = re.compile(r"[*?]")


def matches(pattern: str, word: str) -> bool:
    """Whether the whole word fits; upper and lower case differ."""
    if pattern in ("*", word):
        return True
    return _WILD.search(pattern) is not None and _expression(pattern).fullmatch(word) is not None


def fits(patterns: Iterable[str], word: str | None) -> bool:
    """Whether a word, or its absence, fits any of the patterns.

    >>> fits(("support", ""), None), fits(("support",), None)
    (True, False)
    """
    return any(matches(pattern, word or "") for pattern in patterns)


def within(narrow: str, wide: str) -> bool:
    """Whether every word that fits ``narrow`` surely fits ``wide``; False where that cannot be told.

    ``narrow`` is read as a text in which a wildcard is a character like any other. A ``?`` of ``wide`` must not
    swallow a ``*``, which stands for more than one character.

    >>> within("acme-eu", "acme-*"), within("acme-?", "acme*"), within("acme*", "acme-*"), within("*", "?")
    (True, True, False, False)
    """
    return matches(wide, narrow) and ("?" not in wide or "*" not in narrow or narrow == wide)


def all_within(narrow: Iterable[str], wide: Iterable[str]) -> bool:
    """Whether whatever fits one of the narrow patterns surely fits one of the wide ones."""
    wider = tuple(wide)
    return all(any(within(one, other) for other in wider) for one in narrow)


@lru_cache(maxsize=4096)
def _expression(pattern: str) -> re.Pattern[str]:
    parts = (".*" if part == "*" else "." if part == "?" else re.escape(part) for part in pattern)
    return re.compile("".join(parts), re.DOTALL)
