"""The retriever's index: BM25 over the passages beside this file.

    score = sum over words of  idf x tf x (k + 1) / (tf + k x (1 - b + b x length / mean length))

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with k = 1.2 and b = 0.75.
"""

import hashlib
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dashboards.demo.provider import CHARACTERS_PER_TOKEN

_PASSAGES = Path(__file__).with_name("passages.txt")
_WORD = re.compile(r"[a-z0-9]+")
_K, _B = 1.2, 0.75


@dataclass(frozen=True, slots=True)
class Passage:
    """One thing that can be found."""

    topic: str
    text: str
    age_days: int = 0
    """Days since somebody renewed it."""
    tenant: str | None = None
    """The only one that may read it; None: everybody."""

    def may_be_read_by(self, tenant: str | None) -> bool:
        """Whether the tenant may see it; None asks for nobody and may see all.

        >>> Passage("chargeback", "...", tenant="initech").may_be_read_by("acme")
        False
        """
        return self.tenant is None or tenant is None or self.tenant == tenant


def passages() -> tuple[Passage, ...]:
    """Read the passages: topic, age and whose it is, then the text, with an empty line between two of them."""
    return tuple(map(_passage, _PASSAGES.read_text(encoding="utf-8").strip().split("\n\n")))


def _passage(block: str) -> Passage:
    r"""Read one.

    >>> _passage("chargeback | 12 days | initech\nIt splits.")
    Passage(topic='chargeback', text='It splits.', age_days=12, tenant='initech')
    """
    head, text = block.split("\n", 1)
    topic, age, *whose = head.split(" | ")
    return Passage(topic, text, int(age.removesuffix(" days")), *whose)


def document(tokens: int) -> str:
    """Write a text of about so many tokens, as a provider counts four characters to one.

    >>> len(document(1_000)), document(0)
    (4000, '')
    """
    whole = "\n".join(passage.text for passage in passages())
    characters = tokens * CHARACTERS_PER_TOKEN
    return (whole * (characters // len(whole) + 1))[:characters]


class Index:
    """Finds passages for a question."""

    def __init__(self, found_in: Sequence[Passage]) -> None:
        self._passages = found_in
        self._counts = [Counter(_words(f"{passage.topic} {passage.text}")) for passage in found_in]
        holding = Counter(word for counts in self._counts for word in counts)
        size = len(found_in)
        self._rarity = {word: math.log(1 + (size - n + 0.5) / (n + 0.5)) for word, n in holding.items()}
        self._mean_length = sum(counts.total() for counts in self._counts) / size

    @property
    def version(self) -> str:
        """The same for the same passages."""
        told = "\n".join(f"{passage.topic}\n{passage.text}" for passage in self._passages)
        return hashlib.sha256(told.encode()).hexdigest()[:8]

    def best(self, question: str, top_k: int, asked_by: str | None = None) -> list[tuple[Passage, float]]:
        """Rank the passages that share a word with the question and may be read by the tenant that asks, best first.

        >>> Index(passages()).best("How is a burn rate computed?", 1)[0][0].topic
        'a burn rate'
        """
        words = _words(question)
        scored = [
            (passage, self._score(counts, words))
            for passage, counts in zip(self._passages, self._counts, strict=True)
            if passage.may_be_read_by(asked_by)
        ]
        return sorted((pair for pair in scored if pair[1] > 0), key=lambda pair: -pair[1])[:top_k]

    def _score(self, counts: Counter[str], words: Sequence[str]) -> float:
        damping = _K * (1 - _B + _B * counts.total() / self._mean_length)
        return sum(
            self._rarity[word] * counts[word] * (_K + 1) / (counts[word] + damping) for word in words if word in counts
        )


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
