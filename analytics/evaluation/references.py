"""An answer against a reference: the same, the same words, or the same words in order; 0..1, and 1 is best."""

from collections import Counter
from collections.abc import Sequence

from analytics.evaluation.text import words

_LONGEST = 4_000
"""Words compared in order; the table grows with the square."""


def exact_match(answer: str, reference: str) -> float:
    """Whether both are the same words in the same order, without case and punctuation.

    >>> exact_match("14 days.", "14 Days"), exact_match("14 days", "two weeks")
    (1.0, 0.0)
    """
    return float(words(answer) == words(reference))


def token_f1(answer: str, reference: str) -> float:
    """Harmonic mean of precision and recall of words, each as often as it is there (SQuAD, Rajpurkar et al. 2016).

    >>> token_f1("within 14 days", "14 days")  # precision 2/3, recall 1
    0.8
    """
    said, wanted = Counter(words(answer)), Counter(words(reference))
    return _f1((said & wanted).total(), said.total(), wanted.total())


def rouge_l(answer: str, reference: str) -> float:
    """F1 of the longest common subsequence of words (ROUGE-L with equal weights, Lin 2004).

    >>> round(rouge_l("the cat sat", "the cat is sat down"), 4)  # 3 of 3 and 3 of 5
    0.75
    """
    said, wanted = words(answer)[:_LONGEST], words(reference)[:_LONGEST]
    return _f1(_longest_common(said, wanted), len(said), len(wanted))


def _f1(common: int, said: int, wanted: int) -> float:
    if said == wanted == 0:
        return 1.0
    return 2 * common / (said + wanted)


def _longest_common(one: Sequence[str], other: Sequence[str]) -> int:
    """Length of the longest common subsequence, in one row of memory."""
    row = [0] * (len(other) + 1)
    for word in one:
        above_left = 0
        for place, against in enumerate(other, start=1):
            above = row[place]
            row[place] = above_left + 1 if word == against else max(above, row[place - 1])
            above_left = above
    return row[-1]
