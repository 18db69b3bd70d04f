"""Which language a text is in: by its script, and within a script by its commonest words and letters.

No model and no list of every word: a text that uses one script of its own is in that script's language; any other is in
the language of which the largest share of its words are stop words, a word that several languages have counting for
each by its part, and a letter that few have as a fraction of a word. Code, addresses and citations are left out.

A text of few words, or with two languages nearly as likely, is None: nobody knows, and nothing is scored. README.md has
the measured accuracy.
"""

import re

from analytics.evaluation.lexicon import lexicon
from analytics.evaluation.text import words

_NO_PROSE = re.compile(r"```.*?```|`[^`\n]*`|https?://\S+|\S+@\S+|\[[^\[\]\n]*\]", re.DOTALL)
_LETTER = re.compile(r"[^\W\d_]")
_SCRIPT_SHARE = 0.4
"""Of the letters; the rest may be names and terms in Latin letters."""
_KANA_SHARE = 0.1
"""Of the letters of a Japanese text, next to Chinese signs."""
_PERSIAN_SHARE = 0.04
_FEWEST_LETTERS = 4
_LETTER_WEIGHT = 0.15
_LEAST_EVIDENCE = 0.9
"""Stop words, counted by their parts, before anything is said."""
_CLEARLY = 1.15
"""Times the second language's evidence."""


def language_of(text: str) -> str | None:
    """The ISO 639-1 code of a text's language; None where it cannot be told.

    >>> language_of("Die Erstattung dauert 14 Tage und ist kostenlos."), language_of("返金には14日かかります。")
    ('de', 'ja')
    >>> language_of("14 GB") is None
    True
    """
    prose = _NO_PROSE.sub(" ", text)
    return _by_script(prose) or _by_words(prose)


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


def _by_words(text: str) -> str | None:
    said = words(text)
    lowered = text.casefold()
    evidence = sorted(
        ((_evidence(language, said, lowered), language) for language in lexicon().words), key=lambda one: -one[0]
    )
    (most, language), (next_most, _) = evidence[:2]
    return language if most >= _LEAST_EVIDENCE and most >= _CLEARLY * next_most else None


def _evidence(language: str, said: list[str], text: str) -> float:
    weights, rare = lexicon().words[language], lexicon().letters[language]
    letters = sum(text.count(letter) * worth for letter, worth in rare.items())
    return sum(weights.get(word, 0.0) for word in said) + _LETTER_WEIGHT * letters
