"""What tells languages apart, read once from `data/languages.json`.

scripts           languages that alone, or before all others, are written in a script; kana come before Chinese signs
persian_letters   Arabic script with enough of these is Persian
languages         ISO 639-1 code -> `words` that stand in every text of it, `letters` that few others have
"""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Scripts, words and letters, with what each one is worth as evidence."""

    scripts: tuple[tuple[str, re.Pattern[str]], ...]
    persian_letters: str
    words: Mapping[str, Mapping[str, float]]
    """Language -> word -> 1 / sqrt(languages that have it)."""
    letters: Mapping[str, Mapping[str, float]]
    """Language -> letter -> 1 / languages that have it."""

    @property
    def languages(self) -> frozenset[str]:
        """Every language that can be told."""
        return frozenset({*self.words, *(language for language, _ in self.scripts), "fa"})


@cache
def lexicon() -> Lexicon:
    """Read what tells languages apart.

    >>> len(lexicon().languages), sorted(lexicon().languages)[:4]
    (45, ['ar', 'be', 'bg', 'bn'])
    """
    said = json.loads((files("analytics.evaluation") / "data" / "languages.json").read_text(encoding="utf-8"))
    of_words = {language: one["words"].split() for language, one in said["languages"].items()}
    of_letters = {language: list(one["letters"]) for language, one in said["languages"].items()}
    return Lexicon(
        scripts=tuple((one["language"], re.compile(f"[{one['letters']}]")) for one in said["scripts"]),
        persian_letters=said["persian_letters"],
        words=_shared_out(of_words, 0.5),
        letters=_shared_out(of_letters, 1.0),
    )


def _shared_out(listed: Mapping[str, list[str]], power: float) -> Mapping[str, Mapping[str, float]]:
    having = Counter(one for found in listed.values() for one in set(found))
    return {language: {one: float(having[one] ** -power) for one in found} for language, found in listed.items()}
