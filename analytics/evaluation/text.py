"""Text as scores see it: words without case and punctuation, sentences, and whether a phrase is in it.

Words are runs of letters, marks and digits of any script; scripts that write none apart (Chinese, Japanese, Thai) are
taken letter by letter, so that overlap means something there too.
"""

import re
import unicodedata

_LETTER = (
    r"(?:[^\W_]|[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff])"
)
"""Vowel signs and accents are parts of words, which Python's classes do not say."""
_WORD = re.compile(rf"{_LETTER}+(?:['\u2019]{_LETTER}+)*")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_SENTENCE = re.compile(r"(?<=[.!?\u2026\u3002\uff01\uff1f])[\"'\u201d\u2019)\]]*\s+|(?<=[\u3002\uff01\uff1f])|\n+")


def normal(text: str) -> str:
    """Text without differences that nobody sees: compatibility forms, case, runs of white space.

    >>> normal("  Die  ANTWORT ")
    'die antwort'
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def words(text: str) -> list[str]:
    """The words of a text, in order.

    >>> words("It's 14 days, at most."), words("水火")
    (["it's", '14', 'days', 'at', 'most'], ['水', '火'])
    """
    found: list[str] = []
    for word in _WORD.findall(normal(text).replace("\u2019", "'")):
        found.extend(word if _UNSPACED.search(word) else (word,))
    return found


def sentences(text: str) -> list[str]:
    """The sentences of a text; a line of a list is one too.

    >>> sentences("Yes. It takes 3.5 days [1]! Ask us")
    ['Yes.', 'It takes 3.5 days [1]!', 'Ask us']
    """
    return [one.strip() for one in _SENTENCE.split(text) if one and one.strip()]


def contains(text: str, phrase: str) -> bool:
    """Whether a phrase is in a text, as whole words where the phrase begins and ends with letters.

    >>> contains("The refund is done.", "REFUND"), contains("refunding", "refund"), contains("100 % sure", "100 %")
    (True, False, True)
    """
    wanted = normal(phrase)
    if not wanted:
        return True
    before = r"(?<![^\W_])" if wanted[0].isalnum() and not _UNSPACED.match(wanted) else ""
    after = r"(?![^\W_])" if wanted[-1].isalnum() and not _UNSPACED.match(wanted[-1]) else ""
    return re.search(f"{before}{re.escape(wanted)}{after}", normal(text)) is not None
