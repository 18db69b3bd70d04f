"""Which language a text is in: by its script, and within a script by its commonest words and letters.

No model and no list of every word: a text that uses one script of its own is in that script's language. Any other is in
the language that the most stop words speak for, a word that several languages have counting for each by its part, and a
letter that few have as a fraction of a word; among the nearest languages only what one of them has and the other has
not decides. Code, addresses and citations are left out.

A text of few words, or with two languages nearly as likely, is None: nobody knows, and nothing is scored. README.md has
the measured accuracy.
"""

import re
from collections.abc import Mapping

from analytics.evaluation.lexicon import lexicon
from analytics.evaluation.text import words

_NO_PROSE = re.compile(r"```.*?```|`[^`\n]*`|https?://\S+|\S+@\S+|\[[^\[\]\n]*\]", re.DOTALL)
_LETTER = re.compile(r"[^\W\d_]")
_SCRIPT_SHARE = 0.3
"""Of the letters; the rest may be names and terms in Latin letters."""
_KANA_SHARE = 0.1
"""Of the letters of a Japanese text, next to Chinese signs."""
_PERSIAN_SHARE = 0.04
_FEWEST_LETTERS = 4
_LETTER_WEIGHT = 0.15
_LEAST_EVIDENCE = 0.7
"""Stop words, counted by their parts, before anything is said."""
_LEAST_OWN = 0.35
_CLEARLY = 1.5
"""Times a rival's evidence, of what only one of the two has."""
_NEARLY = 0.8
"""Of the most evidence any language has, where none is clearly the one."""
_RIVALS = 4
"""Languages with the most evidence, which are held against each other."""


def language_of(text: str) -> str | None:
    """The ISO 639-1 code of a text's language; None where it cannot be told.

    >>> language_of("Die Erstattung dauert 14 Tage und ist kostenlos."), language_of("返金には14日かかります。")
    ('de', 'ja')
    >>> language_of("14 GB") is None
    True
    """
    return _by_script(_NO_PROSE.sub(" ", text)) or _by_words(text)


def is_in(text: str, language: str) -> bool | None:
    """Whether a text is in a language; None where nobody can tell.

    No where it is clearly in another one; yes where it is in this one, or where this one is as likely as any.

    >>> text = "Tak for din besked, vi svarer hurtigt."
    >>> is_in(text, "da"), is_in(text, "en")
    (True, None)
    """
    found = language_of(text)
    if found is not None:
        return found == language
    said, lowered = _prose(text)
    most = max(_evidence(one, said, lowered) for one in lexicon().words)
    wanted = _evidence(language, said, lowered) if language in lexicon().words else 0.0
    return True if wanted >= _LEAST_EVIDENCE and wanted >= _NEARLY * most else None


def _by_script(text: str) -> str | None:
    letters = len(_LETTER.findall(text))
    if letters < _FEWEST_LETTERS:
        return None
    for language, pattern in lexicon().scripts:
        share = len(pattern.findall(text)) / letters
        if share >= (_KANA_SHARE if language == "ja" else _SCRIPT_SHARE):
            return _persian_or(language, text, letters)
    return None


def _persian_or(language: str, text: str, letters: int) -> str:
    persian = sum(text.count(letter) for letter in lexicon().persian_letters) / letters
    return "fa" if language == "ar" and persian >= _PERSIAN_SHARE else language


def _prose(text: str) -> tuple[list[str], str]:
    prose = _NO_PROSE.sub(" ", text)
    return words(prose), prose.casefold()


def _by_words(text: str) -> str | None:
    said, lowered = _prose(text)
    evidence = sorted(((_evidence(one, said, lowered), one) for one in lexicon().words), key=lambda one: -one[0])
    (most, language), *rivals = evidence[:_RIVALS]
    if most < _LEAST_EVIDENCE:
        return None
    clear = all(_clearly(language, rival, said, lowered) for _, rival in rivals)
    return language if clear else None


def _clearly(language: str, rival: str, said: list[str], text: str) -> bool:
    """Whether what only one of the two has speaks for the first."""
    own = _evidence(language, said, text, but_for=rival)
    return own >= _LEAST_OWN and own >= _CLEARLY * _evidence(rival, said, text, but_for=language)


def _evidence(language: str, said: list[str], text: str, but_for: str | None = None) -> float:
    """Stop words and rare letters of a language, but for those that another one has as well."""
    found = lexicon()
    other_words: Mapping[str, float] = {} if but_for is None else found.words[but_for]
    other_letters: Mapping[str, float] = {} if but_for is None else found.letters[but_for]
    rare = (
        text.count(letter) * worth for letter, worth in found.letters[language].items() if letter not in other_letters
    )
    weights = found.words[language]
    common = (weights.get(word, 0.0) for word in said if word not in other_words)
    return sum(common) + _LETTER_WEIGHT * sum(rare)
