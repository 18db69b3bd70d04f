"""Whether an answer says where it has its claims from, and whether what it names was retrieved.

A citation is `[id]` with the id of a document, or `[1]`, the number of a retrieved document counted from 1; several may
stand in one pair of brackets, separated by commas. A claim is a sentence of at least four words that is no question.
A citation right after a sentence belongs to it.

    coverage   share of the claims that cite something; None without claims
    validity   share of the citations that name a retrieved document; None without citations
"""

import re
from collections.abc import Sequence

from analytics.evaluation.answers import Answer
from analytics.evaluation.text import sentences, words

_BRACKETS = re.compile(r"\[([^\[\]\n]{1,200})\](?!\()")
"""A link of Markdown, `[text](address)`, is no citation."""
_AFTER_ITS_SENTENCE = re.compile(r"([.!?\u3002])((?:\s*\[[^\[\]\n]{1,200}\](?!\())+)")
_CLAIM_WORDS = 4


def cited(answer: Answer) -> tuple[str, ...]:
    """Ids the answer cites, as often as it does; a number beyond the documents stays as it is.

    >>> from analytics.evaluation.answers import Document
    >>> cited(Answer("q", "It is [1], not [7].", documents=(Document("faq"),)))
    ('faq', '7')
    """
    if answer.citations is not None:
        return answer.citations
    known = [document.document_id for document in answer.documents or ()]
    return tuple(_named(mark, known) for mark in _marks(answer.text or ""))


def coverage(answer: Answer) -> float | None:
    """Share of the claims that cite something.

    >>> coverage(Answer("q", "It takes 14 days in all. [1] Nobody knows why that is."))
    0.5
    """
    text = _AFTER_ITS_SENTENCE.sub(r"\2\1", answer.text or "")
    claims = [one for one in sentences(text) if _is_claim(one)]
    return sum(bool(_marks(one)) for one in claims) / len(claims) if claims else None


def validity(answer: Answer) -> float | None:
    """Share of the citations that name a retrieved document; None also where nobody says what was retrieved."""
    if answer.documents is None:
        return None
    known = {document.document_id for document in answer.documents}
    found = cited(answer)
    return sum(one in known for one in found) / len(found) if found else None


def _marks(text: str) -> list[str]:
    inside = [part.strip() for found in _BRACKETS.findall(text) for part in found.split(",")]
    return [part for part in inside if part and not set(part) <= set(" xX")]  # [ ] and [x] are boxes of a list


def _named(mark: str, known: Sequence[str]) -> str:
    if mark not in known and mark.isascii() and mark.isdigit() and 1 <= int(mark) <= len(known):
        return known[int(mark) - 1]
    return mark


def _is_claim(sentence: str) -> bool:
    bare = _BRACKETS.sub("", sentence).strip()
    return len(words(bare)) >= _CLAIM_WORDS and not bare.endswith(("?", "\uff1f"))
