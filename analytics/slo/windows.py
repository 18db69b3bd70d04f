"""Windows that watch a burn, and the factors that follow from them.

    factor = budget share x period / long window      (14.4 is 2 % of 30 days in one hour, and nothing else)

A row fires where both of its windows burn faster than the factor. A factor that no traffic can reach, because it would
need more bad requests than requests, is impossible.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

CAP = 0.9
"""Error ratio at which a rescaled threshold fires: high, yet below the 1.0 that nothing can exceed."""


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


def holding(slice_s: float) -> tuple[Window, ...]:
    """The Workbook's table with short windows of at least two slices: a shorter one often holds no whole slice.

    >>> [window.short_s for window in holding(600.0)]
    [1200.0, 1800.0, 21600.0]
    """
    fits = all(2 * slice_s < window.long_s for window in WORKBOOK_WINDOWS)
    return tuple(replace(row, short_s=max(row.short_s, 2 * slice_s)) if fits else row for row in WORKBOOK_WINDOWS)


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


@dataclass(frozen=True, slots=True)
class Rescaled:
    """A row that can fire, and in words why it is not the one that was asked for; None where it is."""

    window: Window
    reason: str | None = None


def rescaled(window: Window, period_s: float, target: float) -> Rescaled:
    """Lower the budget share of a row whose factor is out of reach, to one that fires at :data:`CAP` bad requests.

    >>> found = rescaled(WORKBOOK_WINDOWS[0], 28 * 86400, 0.9)
    >>> round(factor(found.window, 28 * 86400), 9), found.reason
    (9.0, 'a burn of 13.44 is out of reach at a target of 0.9, where nothing burns faster than 10: it fires above 9')
    >>> rescaled(WORKBOOK_WINDOWS[0], 28 * 86400, 0.99).reason is None
    True
    """
    burn = factor(window, period_s)
    if not impossible(burn, target):
        return Rescaled(window)
    reason = (
        f"a burn of {burn:.4g} is out of reach at a target of {target:g}, where nothing burns faster than "
        f"{1 / (1 - target):.4g}: it fires above {CAP / (1 - target):.4g}"
    )
    return Rescaled(replace(window, budget_share=highest_share(window, period_s, target)), reason)
