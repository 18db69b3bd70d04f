"""Texts with ``{word}`` in them, filled from the words of a span.

>>> filled("CC-{team}", {"team": "support"}), filled("CC-{team}", {"team": None})
('CC-support', None)
"""

import re
from collections.abc import Mapping

_PLACE = re.compile(r"\{([^{}]*)\}")


class TemplateError(ValueError):
    """A brace without its partner."""


def sources(template: str) -> tuple[str, ...]:
    """The words a template takes, in its order; raises :class:`TemplateError`.

    >>> sources("{tenant}/{team}"), sources("support")
    (('tenant', 'team'), ())
    """
    rest = _PLACE.sub("", template)
    if "{" in rest or "}" in rest:
        raise TemplateError("a brace stands alone; expected {word}")
    return tuple(_PLACE.findall(template))


def filled(template: str, words: Mapping[str, str | None]) -> str | None:
    """The text with every ``{word}`` replaced; None when one of them is absent."""
    if any(not words.get(name) for name in sources(template)):
        return None
    return _PLACE.sub(lambda place: words[place.group(1)] or "", template)
