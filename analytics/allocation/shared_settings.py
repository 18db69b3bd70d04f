"""The section ``shared_costs`` of the configuration: what is billed, to be split over whom, and how."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from analytics.allocation.moments import Moment, moment
from analytics.allocation.owner import Owner
from analytics.allocation.patterns import ANYTHING, fits
from analytics.allocation.splitting import USD_PLACES, in_units, rounded
from analytics.allocation.usage import OF_REQUESTS, UsageMeasure, Used
from analytics.ledger.charge import ATTRIBUTION
from analytics.notation import LAST_NS, NS_PER_HOUR, instant_text

_DAY_NS = 24 * NS_PER_HOUR


class Per(StrEnum):
    """What the amount is for."""

    MONTH = "month"
    DAY = "day"
    HOUR = "hour"


class SplitBy(StrEnum):
    """How a cost is split."""

    USAGE = "usage"
    EVEN = "even"
    FIXED = "fixed"


class Among(StrEnum):
    """Over whom a cost is split."""

    TEAM = "team"
    COST_CENTER = "cost_center"
    TENANT = "tenant"
    PROJECT = "project"
    FEATURE = "feature"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose usage counts: all conditions hold, each by any of its patterns (as in attribution_rules)."""

    tenant: tuple[str, ...] = ANYTHING
    """For instance [acme-*]."""
    team: tuple[str, ...] = ANYTHING
    """As for tenant."""
    feature: tuple[str, ...] = ANYTHING
    """As for tenant."""
    route: tuple[str, ...] = ANYTHING
    """As for tenant."""
    tier: tuple[str, ...] = ANYTHING
    """As for tenant."""
    environment: tuple[str, ...] = ANYTHING
    """For instance [prod]."""
    cost_center: tuple[str, ...] = ANYTHING
    """As for tenant."""
    project: tuple[str, ...] = ANYTHING
    """As for tenant."""
    provider: tuple[str, ...] = ANYTHING
    """The provider of a call."""
    model: tuple[str, ...] = ANYTHING
    """The priced model of a call, else the reported one."""

    def __post_init__(self) -> None:
        for entry in fields(self):
            object.__setattr__(self, entry.name, tuple(dict.fromkeys(getattr(self, entry.name) or ("",))))

    @property
    def of_calls(self) -> bool:
        """Whether it asks for something that whole requests do not have."""
        return "*" not in self.provider or "*" not in self.model

    def holds(self, one: Used) -> bool:
        """Whether a group of usage is inside."""
        said = dict(zip(ATTRIBUTION, one.words, strict=True)) | {"provider": one.provider, "model": one.model}
        return all(fits(getattr(self, entry.name), said[entry.name]) for entry in fields(self))


@dataclass(frozen=True, slots=True)
class SharedCost:
    """One entry of the section ``shared_costs``."""

    name: str
    """Unique name, also among the infrastructure."""
    amount_usd: Decimal
    """What is billed, in US dollars; negative for a credit."""
    owner: Owner
    """Who answers for what cannot be split."""
    issuer: str
    """Who sends the bill."""
    per: Per = Per.MONTH
    """What the amount is for: a month, a day or an hour, UTC."""
    currency: str = "USD"
    """Only USD; convert a bill in another currency first."""
    effective_from: str | None = None
    """Billed from here on, as 2026-10-01; the start of a whole month, day or hour. Nothing: always."""
    effective_until: str | None = None
    """Billed until before; nothing: for ever."""
    split: SplitBy = SplitBy.USAGE
    """usage, even or fixed."""
    by: UsageMeasure = UsageMeasure.COST_USD
    """For usage: by what."""
    among: Among = Among.TEAM
    """Over whom."""
    members: tuple[str, ...] = ()
    """For even: over these; nothing: over those that used anything."""
    shares: Mapping[str, Decimal] = field(default_factory=dict)
    """For fixed: share by member, which sum to exactly 1."""
    scope: Scope = field(default_factory=Scope)
    """Whose usage counts."""
    from_ns: int = field(init=False, repr=False, compare=False)
    until_ns: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name in ("name", "issuer"):
            if not getattr(self, name):
                raise ValueError(f"{name} is empty; expected a text")
        if self.currency != "USD":
            raise ValueError(f"currency is {self.currency}; expected USD: convert the bill, and name the rate in name")
        if not self.amount_usd:
            raise ValueError("amount_usd is 0; expected an amount to split")
        in_units(self.amount_usd, USD_PLACES)
        self._check_window()
        self._check_split()

    @property
    def method(self) -> str:
        """How it is split, in one word."""
        return "/".join((str(self.split), *((str(self.by),) if self.split is SplitBy.USAGE else ()), str(self.among)))

    @property
    def measures(self) -> frozenset[UsageMeasure]:
        """What has to be known of usage to split it."""
        if self.split is SplitBy.USAGE:
            return frozenset({self.by})
        either = {UsageMeasure.TOKENS, UsageMeasure.REQUESTS}
        return frozenset(either if self.split is SplitBy.EVEN and not self.members else ())

    def _check_window(self) -> None:
        start = moment("effective_from", self.effective_from) or Moment(0)
        until = moment("effective_until", self.effective_until)
        for name, end in (("effective_from", start), ("effective_until", until)):
            if end is not None and not _whole(self.per, end.ns):
                raise ValueError(
                    f"{name} is {end}; an amount per {self.per} is not cut: expected the start of a {self.per} in UTC, "
                    "or a smaller per"
                )
        if until is not None and start >= until:
            raise ValueError(f"effective_until is {until}; expected an instant after {start}")
        object.__setattr__(self, "from_ns", start.ns)
        object.__setattr__(self, "until_ns", LAST_NS if until is None else until.ns)

    def _check_split(self) -> None:
        if bool(self.shares) != (self.split is SplitBy.FIXED):
            given = f"shares has {len(self.shares)} members with split {self.split}"
            raise ValueError(f"{given}; expected some for fixed, and only for fixed")
        if self.members and self.split is not SplitBy.EVEN:
            raise ValueError(f"members is given with split {self.split}; expected it for even only")
        if self.split is SplitBy.FIXED:
            self._check_shares()
        if self.split is SplitBy.USAGE and self.by in OF_REQUESTS and self.scope.of_calls:
            raise ValueError(
                f"scope asks for a provider or model while by is {self.by}, which counts whole requests; "
                "expected by: calls, tokens or cost_usd"
            )

    def _check_shares(self) -> None:
        for member, share in self.shares.items():
            if share <= 0:
                raise ValueError(f"shares gives {member} {share}; expected more than 0, or leave the member out")
        missing = 1 - sum(map(Fraction, self.shares.values()), Fraction(0))
        if missing:
            raise ValueError(f"shares sum to {rounded(1 - missing)}; expected exactly 1: {_more(missing)}")


def _more(missing: Fraction) -> str:
    size = rounded(abs(missing))
    return f"{size} is missing" if missing > 0 else f"{size} too much"


def _whole(per: Per, at_ns: int) -> bool:
    """Whether an instant starts a month, day or hour."""
    if per is Per.HOUR:
        return at_ns % NS_PER_HOUR == 0
    midnight = at_ns % _DAY_NS == 0
    return midnight and (per is Per.DAY or instant_text(at_ns)[8:10] == "01")
