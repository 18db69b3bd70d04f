"""The arithmetic of error budgets: counts in, ratios out. No store, no clock.

Formulas, as in the SRE Workbook, chapter 5:

    error ratio   = bad / total
    burn rate     = error ratio / (1 - target)
    factor        = budget share x period / long window      (14.4 is 2 % of 30 days in one hour, and nothing else)
    remaining     = 1 - bad / (total x (1 - target))

Nothing counted means nothing known: None comes out, never 0 and never "fine".

>>> burn_rate(Counts(total=1000, good=500), target=0.75)
2.0
>>> burn_rate(Counts(total=0, good=0), target=0.999) is None
True
"""

from dataclasses import dataclass
from enum import StrEnum

CAP = 0.9
"""Error ratio at which a rescaled threshold fires: high, yet below the 1.0 that nothing can exceed."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many requests an objective judged, and how many of them were good."""

    total: int = 0
    good: int = 0

    @property
    def bad(self) -> int:
        """Requests that spend budget."""
        return self.total - self.good

    @property
    def error_ratio(self) -> float | None:
        """Share of bad requests, None when there were none at all."""
        return self.bad / self.total if self.total else None


class Severity(StrEnum):
    """What a burning window asks for; only pages move the controller."""

    PAGE = "page"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class Window:
    """One row of the alert table: spend ``budget_share`` within ``long_s`` and still be at it in ``short_s``."""

    budget_share: float
    """Share of the period's error budget, in 0..1, whose loss within the long window is worth acting on."""
    long_s: float
    """Window that has to hold the loss."""
    short_s: float
    """Window that says that it still happens; a twelfth of the long one is customary."""
    severity: Severity = Severity.PAGE
    """page moves the controller and wakes a person, ticket is only shown."""

    def __post_init__(self) -> None:
        if not 0 < self.budget_share <= 1:
            raise ValueError(f"budget_share is {self.budget_share}; expected a ratio above 0 and at most 1")
        if not 0 < self.short_s < self.long_s:
            raise ValueError(f"short_s is {self.short_s}; expected more than 0 and less than long_s, {self.long_s}")


# The table of the SRE Workbook (5-8). Factors are not part of it: they follow from the period of the objective.
WORKBOOK_WINDOWS = (
    Window(0.02, 3600.0, 300.0),
    Window(0.05, 21600.0, 1800.0),
    Window(0.10, 259200.0, 21600.0, Severity.TICKET),
)


def burn_rate(counts: Counts, target: float) -> float | None:
    """Error ratio as a multiple of what the objective allows."""
    ratio = counts.error_ratio
    return None if ratio is None else ratio / (1 - target)


def factor(window: Window, period_s: float) -> float:
    """Burn rate that spends the window's budget share within its long window.

    >>> [round(factor(WORKBOOK_WINDOWS[0], days * 86400), 2) for days in (7, 28, 30)]
    [3.36, 13.44, 14.4]
    """
    return window.budget_share * period_s / window.long_s


def impossible(burn: float, target: float) -> bool:
    """Whether no traffic can burn faster than this: it would need more bad requests than requests.

    >>> impossible(14.4, 0.9), impossible(14.4, 0.95)
    (True, False)
    """
    return burn * (1 - target) >= 1


def highest_share(window: Window, period_s: float, target: float) -> float:
    """The budget share whose factor fires at an error ratio of :data:`CAP`.

    >>> round(highest_share(WORKBOOK_WINDOWS[0], 28 * 86400, 0.9), 4)
    0.0134
    """
    return CAP / (1 - target) * window.long_s / period_s


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
