"""What may be spent: the section ``budgets`` of the configuration."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from analytics.periods import Period

SCOPE = (
    *("tenant", "team", "feature", "route", "tier", "environment", "cost_center", "project"),
    *("provider", "model"),
)
"""Words a budget can be for; the same words a caller gives who asks before spending."""
LEVELS: Mapping[str, Decimal] = MappingProxyType(
    {"half": Decimal("0.5"), "high": Decimal("0.8"), "critical": Decimal("0.95")}
)
_PLACES = 15
_MOST_USD = Decimal(10) ** 12
_WEEKS_AT_MOST = 53


class Plan(StrEnum):
    """How spend is expected to grow through a period."""

    EVEN = "even"
    HISTORY = "history"


class WhenUnpriced(StrEnum):
    """What a caller is told who wants to use something that has no price."""

    ALLOW = "allow"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class SpendBudget:
    """One entry of the section ``budgets``: money per calendar period for a scope.

    >>> SpendBudget("support", Decimal("0"))
    Traceback (most recent call last):
    ...
    ValueError: amount_usd is 0; expected an amount above 0
    >>> SpendBudget("support", Decimal(1), zone="Europe/Berlim")
    Traceback (most recent call last):
    ...
    ValueError: zone is 'Europe/Berlim'; expected an IANA time zone such as Europe/Berlin or UTC
    """

    name: str
    """Unique name, as shown on dashboards."""
    amount_usd: Decimal
    """What may be spent in one period, in US dollars."""
    period: Period = Period.MONTH
    """day, week (from Monday), month, quarter or year, in the budget's zone."""
    zone: str = "UTC"
    """IANA time zone of the period's edges, for instance Europe/Berlin."""
    owner: str | None = None
    """Who is asked when the money runs out."""
    tenant: str | None = None
    """Only this tenant's spend; nothing means every tenant's."""
    team: str | None = None
    """Only this team's spend."""
    feature: str | None = None
    """Only this feature's spend."""
    route: str | None = None
    """Only spend on this route."""
    tier: str | None = None
    """Only spend at this tier."""
    environment: str | None = None
    """Only spend in this environment."""
    cost_center: str | None = None
    """Only spend of this cost center."""
    project: str | None = None
    """Only spend of this project or workspace at the provider."""
    provider: str | None = None
    """Only spend at this provider."""
    model: str | None = None
    """Only spend on this model, as requested, reported or priced."""
    plan: Plan = Plan.EVEN
    """even, or history: spend is expected to follow the weekdays and hours of the weeks before the period."""
    history_weeks: int = 8
    """Weeks before the period that a plan from history looks at."""
    levels: Mapping[str, Decimal] = field(default_factory=lambda: LEVELS, hash=False)
    """Names before the cliff: the share of the amount, in 0..1, at which each is reached."""
    when_unpriced: WhenUnpriced = WhenUnpriced.ALLOW
    """What is answered before a call that has no price: allow, or refuse."""

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("name is empty; expected a name that is unique among the budgets")
        if not self.amount_usd > 0:
            raise ValueError(f"amount_usd is {self.amount_usd}; expected an amount above 0")
        if self.amount_usd > _MOST_USD:
            raise ValueError(f"amount_usd is {self.amount_usd}; expected at most {_MOST_USD:,}")
        if self.amount_usd != round(self.amount_usd, _PLACES):
            raise ValueError(f"amount_usd is {self.amount_usd}; expected at most {_PLACES} decimal places")
        if not 1 <= self.history_weeks <= _WEEKS_AT_MOST:
            raise ValueError(f"history_weeks is {self.history_weeks}; expected 1 to {_WEEKS_AT_MOST}")
        for name, ratio in self.levels.items():
            if not 0 < ratio <= 1:
                raise ValueError(f"levels: {name} is {ratio}; expected a ratio above 0 and at most 1, such as 0.8")
        _ = self.clock

    @property
    def clock(self) -> ZoneInfo:
        """The zone its days begin in."""
        try:
            return ZoneInfo(self.zone)
        except (
            ZoneInfoNotFoundError,
            ValueError,
            OSError,
        ) as unknown:  # a folder or an absolute path is no zone either
            raise ValueError(
                f"zone is {self.zone!r}; expected an IANA time zone such as Europe/Berlin or UTC"
            ) from unknown

    @property
    def scope(self) -> Mapping[str, str]:
        """The words it is limited to.

        >>> dict(SpendBudget("a", Decimal(1), tenant="acme", model="gpt-4o").scope)
        {'tenant': 'acme', 'model': 'gpt-4o'}
        """
        named = ((word, getattr(self, word)) for word in SCOPE)
        return {word: value for word, value in named if value is not None}

    def covers(self, words: Mapping[str, str]) -> bool:
        """Whether spend under these words counts here; a word that is not given is none of the budget's.

        >>> SpendBudget("a", Decimal(1), tenant="acme").covers({"tenant": "acme", "route": "answer"})
        True
        """
        wanted = ((word, getattr(self, word)) for word in SCOPE)
        return all(value is None or words.get(word) == value for word, value in wanted)

    def level(self, committed_usd: Decimal) -> str | None:
        """The highest level that spend has reached; None below the first.

        >>> SpendBudget("a", Decimal(10)).level(Decimal("8.5"))
        'high'
        """
        reached = [(ratio, name) for name, ratio in self.levels.items() if committed_usd >= ratio * self.amount_usd]
        return max(reached)[1] if reached else None
