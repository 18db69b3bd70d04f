"""Whether as many units came to each variant as were meant to: the sample ratio mismatch.

A split that is not the planned one means that something lost or doubled units, and then nothing that was compared holds
(Fabijan et al., KDD 2019). Two figures:

    chi-square    sum (seen - expected)^2 / expected, its p-value for one look alone
    sequential    Dirichlet-multinomial mixture against the plan (Lindon and Malek, NeurIPS 2022): 1 / its Bayes factor
                  is a p-value that holds at every look at once, exactly

The verdict is by the second.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import exp, lgamma, log

LEVEL = 0.01
"""The chance of ever crying mismatch where there is none."""
_PRIOR = 1_000.0
"""How much the alternative looks like the plan, in units: small losses of a few percent are what goes wrong."""


class SplitVerdict(StrEnum):
    """What can be said of a split."""

    AS_PLANNED = "as_planned"
    MISMATCH = "mismatch"


@dataclass(frozen=True, slots=True)
class Split:
    """A split as it is seen against the plan."""

    verdict: SplitVerdict
    chi_square: float
    p_value: float
    """Of chi-square, for one look."""
    sequential_p_value: float
    """For every look at once."""


def split_of(seen: Mapping[str, int], planned: Mapping[str, float]) -> Split | None:
    """Compare units by variant with their planned shares; None for less than two variants or no units.

    >>> str(split_of({"a": 5_000, "b": 5_090}, {"a": 0.5, "b": 0.5}).verdict)
    'as_planned'
    >>> str(split_of({"a": 5_000, "b": 5_500}, {"a": 0.5, "b": 0.5}).verdict)
    'mismatch'
    """
    total = sum(seen.get(name, 0) for name in planned)
    if len(planned) < 2 or not total:  # noqa: PLR2004 - a split has two sides
        return None
    chi_square = sum((seen.get(name, 0) - share * total) ** 2 / (share * total) for name, share in planned.items())
    from scipy.special import chdtrc  # noqa: PLC0415 - a quarter second, which a server starts without

    always = min(1.0, exp(-min(_log_bayes_factor(seen, planned, total), 700.0)))
    verdict = SplitVerdict.MISMATCH if always < LEVEL else SplitVerdict.AS_PLANNED
    return Split(verdict, chi_square, float(chdtrc(len(planned) - 1, chi_square)), always)


def _log_bayes_factor(seen: Mapping[str, int], planned: Mapping[str, float], total: int) -> float:
    """The mixture over Dirichlet(prior x plan) against the plan itself."""
    found = lgamma(_PRIOR) - lgamma(_PRIOR + total)
    for name, share in planned.items():
        count = seen.get(name, 0)
        found += lgamma(_PRIOR * share + count) - lgamma(_PRIOR * share) - count * log(share)
    return found
