"""How well documents were found, from their ids and ranks alone; every score is in 0..1, and 1 is best.

Relevant documents are those the golden item names; a document that comes twice counts at its first place, so that
repeating a good one earns nothing. What cannot be asked is None: recall without expected documents, anything where the
system does not say what it found.

    recall@k      share of the relevant documents among the first k
    hit@k         whether any relevant document is among the first k
    precision@k   share of the first k that are relevant; k where fewer came
    mrr           1 / rank of the first relevant document; 0 without one (Voorhees 1999)
    ndcg@k        sum of gain / log2(rank + 1) of the first k, over that of the best order (Jarvelin, Kekalainen 2002)
    unique        share of the retrieved documents that are no repetition, by id, or by text where it is told
    fresh         share of the retrieved documents that are young enough, of those that say their age
    permitted     share of the retrieved documents that who asks may see, of those that say for whom they are
    usual         share of the retrieved documents whose length is within bounds, of those that have a text
    found         whether anything was retrieved
"""

from collections.abc import Mapping, Sequence
from math import log2

from analytics.evaluation.answers import Document
from analytics.evaluation.text import normal

Gains = Mapping[str, float]


def recall(found: Sequence[Document], gains: Gains, at: int) -> float | None:
    """Share of the relevant documents among the first `at`; None where none is expected.

    >>> recall([Document("a"), Document("a"), Document("b")], {"a": 1.0, "b": 1.0}, 2)
    1.0
    """
    return len(gains.keys() & set(_ids(found)[:at])) / len(gains) if gains else None


def hit(found: Sequence[Document], gains: Gains, at: int) -> float | None:
    """1 where a relevant document is among the first `at`."""
    return float(bool(gains.keys() & set(_ids(found)[:at]))) if gains else None


def precision(found: Sequence[Document], gains: Gains, at: int) -> float | None:
    """Share of the first `at` that are relevant."""
    return len(gains.keys() & set(_ids(found)[:at])) / at if gains else None


def reciprocal_rank(found: Sequence[Document], gains: Gains) -> float | None:
    """1 / rank of the first relevant document.

    >>> reciprocal_rank([Document("x"), Document("a")], {"a": 1.0})
    0.5
    """
    if not gains:
        return None
    return next((1 / rank for rank, one in enumerate(_ids(found), start=1) if one in gains), 0.0)


def ndcg(found: Sequence[Document], gains: Gains, at: int) -> float | None:
    """Discounted gain of the first `at` documents over that of the best order.

    >>> round(ndcg([Document("x"), Document("a")], {"a": 1.0}, 10), 4)  # 1 / log2(3)
    0.6309
    """
    if not gains:
        return None
    best = _discounted(sorted(gains.values(), reverse=True)[:at])
    return _discounted([gains.get(one, 0.0) for one in _ids(found)[:at]]) / best


def unique_share(found: Sequence[Document]) -> float | None:
    """Share of the retrieved documents that are no repetition of an earlier one.

    >>> unique_share([Document("a", text="Same."), Document("b", text="same.")])
    0.5
    """
    if not found:
        return None
    ids: set[str] = set()
    texts: set[str] = set()
    kept = 0
    for one in found:
        said = None if one.text is None else normal(one.text)
        kept += one.document_id not in ids and (said is None or said not in texts)
        ids.add(one.document_id)
        texts.update(() if said is None else (said,))
    return kept / len(found)


def fresh_share(found: Sequence[Document], within_s: float) -> float | None:
    """Share of the documents that are at most `within_s` old, of those that say so."""
    ages = [one.age_s for one in found if one.age_s is not None]
    return sum(age <= within_s for age in ages) / len(ages) if ages else None


def permitted_share(found: Sequence[Document], who: Sequence[str] | None) -> float | None:
    """Share of the documents that `who` may see, of those that say for whom they are; None where nobody says who asks.

    >>> permitted_share([Document("a", tenant="acme"), Document("b", allowed=("bob",)), Document("c")], ["acme", "ada"])
    0.5
    """
    told = [one for one in found if one.tenant is not None or one.allowed is not None]
    if who is None or not told:
        return None
    return sum(_may_see(one, who) for one in told) / len(told)


def usual_share(found: Sequence[Document], shortest: float, longest: float) -> float | None:
    """Share of the documents that have so many characters, of those that tell their text."""
    lengths = [len(one.text) for one in found if one.text is not None]
    return sum(shortest <= length <= longest for length in lengths) / len(lengths) if lengths else None


def _may_see(one: Document, who: Sequence[str]) -> bool:
    mine = one.tenant is None or one.tenant in who
    return mine and (one.allowed is None or not set(one.allowed).isdisjoint(who))


def _ids(found: Sequence[Document]) -> list[str]:
    return list(dict.fromkeys(one.document_id for one in found))


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains, start=1))
