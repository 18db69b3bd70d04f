"""The arithmetic of error budgets: counts in, ratios out. No store, no clock.

Formulas, as in the SRE Workbook, chapter 5:

    error ratio   = bad / total
    burn rate     = error ratio / (1 - target)
    remaining     = 1 - bad / (total x (1 - target))

Nothing counted means nothing known: None comes out, never 0 and never "fine".

>>> burn_rate(Counts(total=1000, good=500), target=0.75)
2.0
>>> burn_rate(Counts(total=0, good=0), target=0.999) is None
True
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counts:
    """How much an objective judged, and how much of it was good: whole numbers where nothing is weighted."""

    total: float = 0
    good: float = 0
    effective: float | None = None
    """How many equal ones would say as much as these weighted ones, (sum of w)^2 / sum of w^2; None: ``total``."""

    @property
    def bad(self) -> float:
        """What spends budget."""
        return self.total - self.good

    @property
    def evidence(self) -> tuple[float, float]:
        """Bad and good, scaled to as many as they are worth.

        >>> Counts(total=40, good=30, effective=8).evidence
        (2.0, 6.0)
        """
        if self.effective is None or not self.total:
            return self.bad, self.good
        share = self.effective / self.total
        return self.bad * share, self.good * share

    @property
    def worth(self) -> float:
        """How many requests these say as much as."""
        return self.total if self.effective is None else self.effective

    @property
    def error_ratio(self) -> float | None:
        """Share of bad requests, None when there were none at all."""
        return self.bad / self.total if self.total else None


def burn_rate(counts: Counts, target: float) -> float | None:
    """Error ratio as a multiple of what the objective allows."""
    ratio = counts.error_ratio
    return None if ratio is None else ratio / (1 - target)


def budget_remaining(counts: Counts, target: float) -> float | None:
    """Share of the period's budget that is left, in (-inf, 1]; None when nothing was counted.

    >>> round(budget_remaining(Counts(total=1000, good=997), 0.99), 9)
    0.7
    """
    return None if not counts.total else 1 - counts.bad / (counts.total * (1 - target))


def exhausted_in_s(remaining: float | None, burn: float | None, period_s: float) -> float | None:
    """Seconds until the budget is gone if it goes on burning like this; None when unknown or never.

    >>> exhausted_in_s(0.5, 10.0, 28 * 86400) / 3600
    33.6
    """
    if remaining is None or not burn:
        return None
    return max(0.0, remaining) * period_s / burn
