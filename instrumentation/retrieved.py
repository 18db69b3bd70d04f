"""What documents that were found say of their retrieval, as attributes; what they do not say is absent.

A document is an id, an `(id, score)` pair, or a mapping or object with any of `id`, `score`, `text` (or `content`,
`page_content`), `age_s`, `tenant` and `allowed` (who may see it: tenants or users). Of a text only its length leaves
the process.

>>> told([{"id": "a", "score": 0.9, "text": "four"}, {"id": "a", "score": 0.7, "text": "four"}], who=())
... # doctest: +NORMALIZE_WHITESPACE
{'burnline.retrieval.document_count': 2, 'burnline.retrieval.top_score': 0.9,
 'burnline.retrieval.score_gap': 0.2, 'burnline.retrieval.duplicates': 1, 'burnline.retrieval.chunk_chars': '[4, 4]'}
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from opentelemetry.util.types import AttributeValue

from instrumentation import names

MOST_CHUNKS: Final = 1_000
"""Lengths that are told of one retrieval."""
_TEXTS: Final = ("text", "content", "page_content")
_PLACES: Final = 12
"""Of the distance between two scores: what is behind is noise of floats."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document that was found; None: not said."""

    document_id: str | None = None
    score: float | None = None
    text: str | None = None
    age_s: float | None = None
    tenant: str | None = None
    allowed: frozenset[str] | None = None


def document(found: object) -> Document:
    """Read whatever names a document."""
    if isinstance(found, str):
        return Document(found)
    if isinstance(found, tuple) and len(found) == 2:  # noqa: PLR2004 - a pair
        return Document(str(found[0]), float(found[1]))
    look: Callable[[str], object] = found.get if isinstance(found, Mapping) else lambda key: getattr(found, key, None)
    name, tenant, allowed = (look(key) for key in ("id", "tenant", "allowed"))
    text = next((said for key in _TEXTS if isinstance(said := look(key), str)), None)
    return Document(
        document_id=None if name is None else str(name),
        score=_number(look("score")),
        text=text,
        age_s=_number(look("age_s")),
        tenant=None if tenant is None else str(tenant),
        allowed=frozenset(map(str, allowed)) if isinstance(allowed, (list, tuple, set, frozenset)) else None,
    )


def told(found: Iterable[object], who: Collection[str]) -> dict[str, AttributeValue]:
    """Return the attributes of a retrieval that found these, for the tenant and user `who`."""
    documents = [document(one) for one in found]
    return attributes_of(documents, who)


def attributes_of(documents: Sequence[Document], who: Collection[str]) -> dict[str, AttributeValue]:
    """Return the attributes of a retrieval that found these documents, for the tenant and user `who`."""
    scores = sorted((one.score for one in documents if one.score is not None), reverse=True)
    said: dict[str, AttributeValue | None] = {
        names.RETRIEVAL_DOCUMENT_COUNT: len(documents),
        names.RETRIEVAL_TOP_SCORE: scores[0] if scores else None,
        names.RETRIEVAL_SCORE_GAP: round(scores[0] - scores[1], _PLACES) if len(scores) > 1 else None,
        names.RETRIEVAL_DUPLICATES: _repeated(documents),
        names.RETRIEVAL_CHUNK_CHARS: lengths([len(one.text) for one in documents if one.text is not None]),
        names.RETRIEVAL_AGE_S: max((one.age_s for one in documents if one.age_s is not None), default=None),
        names.PERMISSION_VIOLATIONS: _violations(documents, who),
    }
    return {name: value for name, value in said.items() if value is not None}


def lengths(chars: Sequence[int]) -> str | None:
    """Write lengths as their attribute; None without any.

    >>> lengths([812, 790]), lengths([])
    ('[812, 790]', None)
    """
    return json.dumps([int(one) for one in chars[:MOST_CHUNKS]]) if chars else None


def _number(found: object) -> float | None:
    return float(found) if isinstance(found, (int, float)) and not isinstance(found, bool) else None


def _repeated(documents: Sequence[Document]) -> int | None:
    """Count documents whose id or text an earlier one has; None where one says neither."""
    ids: set[str] = set()
    texts: set[str] = set()
    repeated = 0
    for one in documents:
        if one.document_id is None and one.text is None:
            return None
        repeated += one.document_id in ids or one.text in texts
        ids.update(() if one.document_id is None else (one.document_id,))
        texts.update(() if one.text is None else (one.text,))
    return repeated


def _violations(documents: Sequence[Document], who: Collection[str]) -> int | None:
    """Count documents that are for others; None where nobody says for whom they are, or who asks."""
    judged = [one for one in documents if one.tenant is not None or one.allowed is not None]
    if not judged or not who:
        return None
    return sum(not _may_see(one, who) for one in judged)


def _may_see(one: Document, who: Collection[str]) -> bool:
    mine = one.tenant is None or one.tenant in who
    return mine and (one.allowed is None or not one.allowed.isdisjoint(who))
