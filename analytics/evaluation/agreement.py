"""How far two raters agree, people with people or people with an evaluator, beyond what chance would make them.

    agreement   share of items on which both say the same, with Wilson's interval (1927)
    kappa       (agreement - chance) / (1 - chance), chance from how often each says what (Cohen 1960), with the
                percentiles of a seeded bootstrap; None where either says one thing only: it is 0 or nothing then,
                whatever the other says

An evaluator's score becomes a word by a threshold. Kappa of a rare verdict is low although the raters agree: both
figures are told, with how often each rater says what.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.ratios import wilson

Table = npt.NDArray[np.float64]
_ROUNDS = 2_000
_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two raters agree; None where it cannot be said."""

    items: int
    agreement: float | None = None
    agreement_low: float | None = None
    agreement_high: float | None = None
    kappa: float | None = None
    kappa_low: float | None = None
    kappa_high: float | None = None
    counts: Mapping[str, int] | None = None
    """`one / other` -> items."""


def agreement_of(pairs: Sequence[tuple[str, str]], *, seed: int) -> Agreement:
    """Compare two raters over the items that both rated.

    >>> alike = [("yes", "yes")] * 45 + [("no", "no")] * 25
    >>> found = agreement_of(alike + [("yes", "no"), ("no", "yes")] * 15, seed=1)
    >>> found.agreement, round(found.kappa, 3)  # chance: 0.6 x 0.6 and 0.4 x 0.4
    (0.7, 0.375)
    """
    if not pairs:
        return Agreement(0)
    words = sorted({word for pair in pairs for word in pair})
    table = np.zeros((len(words), len(words)))
    for one, other in pairs:
        table[words.index(one), words.index(other)] += 1
    same = float(np.trace(table) / len(pairs))
    low, high = wilson(float(np.trace(table)), len(pairs))
    either_says_one = min(np.count_nonzero(table.sum(axis=0)), np.count_nonzero(table.sum(axis=1))) == 1
    kappa = None if either_says_one else kappa_of(table)
    kappa_low, kappa_high = (None, None) if either_says_one else _bootstrap(table, seed)
    counts = Counter(f"{one} / {other}" for one, other in pairs)
    return Agreement(len(pairs), same, low, high, kappa, kappa_low, kappa_high, dict(sorted(counts.items())))


def kappa_of(table: Table) -> float | None:
    """Cohen's kappa of a square table of counts.

    >>> round(kappa_of(np.array([[20, 5], [10, 15]])), 6)
    0.4
    """
    kappa = float(_kappas(table[np.newaxis])[0])
    return None if np.isnan(kappa) else kappa


def _kappas(tables: Table) -> Table:
    """Kappa of each table; nan where chance explains everything."""
    total = tables.sum(axis=(1, 2))
    same = np.trace(tables, axis1=1, axis2=2) / total
    chance = (tables.sum(axis=1) * tables.sum(axis=2)).sum(axis=1) / total**2
    found: Table = np.where(chance < 1, (same - chance) / np.where(chance < 1, 1 - chance, 1), np.nan)
    return found


def _bootstrap(table: Table, seed: int) -> tuple[float | None, float | None]:
    """Percentiles of kappa over resampled items; tables on which chance explains everything say nothing."""
    total = int(table.sum())
    drawn = np.random.default_rng(seed).multinomial(total, table.ravel() / total, size=_ROUNDS)
    kappas = _kappas(drawn.reshape(_ROUNDS, *table.shape).astype(np.float64))
    found = kappas[~np.isnan(kappas)]
    if not len(found):
        return None, None
    tail = (1 - _CONFIDENCE) / 2
    return float(np.quantile(found, tail)), float(np.quantile(found, 1 - tail))
