"""What a route may be stepped down to, by which objectives, and how patiently.

>>> policy = RoutePolicy("answer", ladder=(Tier.PREMIUM, Tier.STANDARD, Tier.CACHED_ONLY, Tier.HUMAN_HANDOFF))
>>> policy.ladder[policy.cost_floor]
<Tier.CACHED_ONLY: 'cached_only'>
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from analytics.slo.objective import Objective, Unit
from analytics.slo.windows import Severity, Window
from analytics.spending.budget import SpendBudget
from collector.configuration import Finding
from instrumentation.downgrade import LADDER, WITHOUT_MODEL, OnExpiry, Scope, Tier


@dataclass(frozen=True, slots=True)
class RoutePolicy:
    """One entry of the section ``routes``: a ladder, and the pace on it."""

    route: str
    """The route that is steered."""
    tenant: str | None = None
    """Only this tenant's requests on the route; nothing means everybody's."""
    ladder: tuple[Tier, ...] = (Tier.PREMIUM, Tier.STANDARD, Tier.ECONOMY)
    """Ways to serve the route, best first; the first is served when nothing burns. Money moves along these."""
    fast_ladder: tuple[Tier, ...] = ()
    """The same for errors and latency, because a cheaper way is not always a faster one; none means the ladder."""
    objectives: tuple[str, ...] = ()
    """Names of the objectives that steer it; none means those about requests with exactly this route and tenant."""
    quality: tuple[str, ...] = ()
    """Names of objectives over measures: nobody is moved to a tier where one of them is missed with evidence."""
    on_expiry: OnExpiry = OnExpiry.BASELINE
    """What a router does when it hears nothing until a lease ends: baseline serves the best tier, hold stays."""
    shadow: bool = False
    """Decide and show what would be done, and have nobody obey."""
    pending_s: float = 0.0
    """How long a step down has to be asked for before it is taken; the evidence gate has waited already."""
    share_steps: tuple[float, ...] = (0.25, 0.5, 0.75, 1.0)
    """Shares of the requests that money moves down, one step after the other; errors and latency move all at once."""
    down_dwell_s: float = 300.0
    """Shortest time between two steps: a step needs time to show in the short window."""
    up_dwell_s: float = 1800.0
    """Shortest time before a step up; longer than down, because a wrong step up costs budget, a wrong stay does not."""
    hold_s: float = 600.0
    """How long the burn has to be known and calm on both windows before a step up."""
    recover_below: float = 0.9
    """Burn that counts as calm; below 1, so that the budget refills at the tier that is left."""
    backoff_limit: int = 8
    """Most times the up dwell is stretched: it doubles whenever a step up has to be taken back."""
    jitter_ratio: float = 0.1
    """Share of the up dwell added by chance, so that many routes do not step up in one second."""
    probe_shares: tuple[float, ...] = (0.05, 0.25, 0.5, 1.0)
    """Shares of the requests that a step up takes back, each judged before the next; the first where nobody knows."""
    probe_dwell_s: float | None = None
    """Shortest time at each of these shares; nothing means a third of the up dwell. Never less than the down dwell."""
    probe_requests: int = 20
    """Requests on trial that every objective needs before it says that the next share may be tried."""
    probe_patience_s: float | None = None
    """With fewer requests than that, a share is raised after this long if nothing speaks against it; nothing means four
    up dwells. Falling back instead would find no more requests the next time."""
    flap_limit: int = 6
    """Most turns, up after down or down after up, within the flap window; one more closes the way up and pages."""
    flap_window_s: float | None = None
    """Time in which turns are counted; nothing means twelve up dwells."""
    flap_hold_s: float | None = None
    """How long the way up stays closed; nothing means four up dwells."""
    stale_after_s: float = 120.0
    """Without any telemetry, whoever it is from, for this long nothing is moved: what is known is too old."""
    longest_gap_s: float = 10.0
    """Calm time credited between two observations at most: a silence proves nothing about its middle."""
    budgets: tuple[str, ...] = ()
    """Names of the spend budgets that steer it as well."""
    budget_burn: float = 1.2
    """Pace at which the rest of a budget is spent, 1 lasting exactly the period, above which the route steps down."""
    budget_recover_below: float = 1.0
    """The same pace below which it may step up: 1 means that the money would last at the tier above."""
    budget_level: str | None = None
    """Level of its budgets from which on any pace above 1 is too fast; nothing means none."""
    budget_window_s: float | None = None
    """Long window of the pace; nothing means a 28th of the period, up to a seventh with few requests. Short: a 12th."""
    budget_floor: Tier | None = None
    """Lowest tier for a budget that is gone; nothing means cached answers, or else the cheapest model."""
    user_notice: str | None = None
    """Sentence an app may show while the route is stepped down; nothing means a standard one for the tier."""

    def __post_init__(self) -> None:
        if not self.route:
            raise ValueError("route is empty; expected the name of a route")
        _require_ladder("ladder", self.ladder)
        if not 0 < self.down_dwell_s <= self.up_dwell_s:
            raise ValueError(f"down_dwell_s is {self.down_dwell_s}; expected more than 0, at most up_dwell_s")
        if not 0 < self.recover_below < 1:
            raise ValueError(f"recover_below is {self.recover_below}; expected a burn between 0 and 1")
        for name in ("hold_s", "jitter_ratio", "pending_s"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}; expected 0 or more")
        self._require_budget_sense()
        self._require_pace()

    def _require_pace(self) -> None:
        _require_ladder("fast_ladder", self.fast)
        if self.fast[0] is not self.ladder[0]:
            raise ValueError(f"fast_ladder begins with {self.fast[0]}; expected the best tier, {self.ladder[0]}")
        for name in ("share_steps", "probe_shares"):
            shares: tuple[float, ...] = getattr(self, name)
            if not shares or list(shares) != sorted(set(shares)) or shares[0] <= 0 or shares[-1] != 1:
                found = ", ".join(f"{share:g}" for share in shares)
                raise ValueError(f"{name} is [{found}]; expected shares above 0 that rise to 1")
        for name in (*_POSITIVE, *_POSITIVE_OR_NONE):
            value = getattr(self, name)
            if value is not None and value <= 0:
                raise ValueError(f"{name} is {value}; expected more than 0")

    def _require_budget_sense(self) -> None:
        if self.budget_burn < 1:
            raise ValueError(f"budget_burn is {self.budget_burn}; expected at least 1, a pace that lasts the period")
        if not 0 < self.budget_recover_below <= self.budget_burn:
            raise ValueError(
                f"budget_recover_below is {self.budget_recover_below}; expected more than 0, at most budget_burn"
            )
        if self.budget_window_s is not None and self.budget_window_s <= 0:
            raise ValueError(f"budget_window_s is {self.budget_window_s}; expected more than 0")
        if self.budget_floor is not None and self.budget_floor not in set(self.ladder) - {Tier.HUMAN_HANDOFF}:
            raise ValueError(f"budget_floor is {self.budget_floor}; expected a tier of the ladder, and not a person")

    @property
    def scope(self) -> Scope:
        """What its decisions apply to."""
        return Scope(tenant=self.tenant, route=self.route)

    @property
    def name(self) -> str:
        """The scope in one word.

        >>> RoutePolicy("answer", tenant="acme").name
        'answer/acme'
        """
        return self.route if self.tenant is None else f"{self.route}/{self.tenant}"

    @property
    def fast(self) -> tuple[Tier, ...]:
        """The ladder of errors and latency."""
        return self.fast_ladder or self.ladder

    @property
    def probe_pace_s(self) -> float:
        """Shortest time at each share of a trial."""
        return max(self.down_dwell_s, self.up_dwell_s / 3 if self.probe_dwell_s is None else self.probe_dwell_s)

    @property
    def probe_limit_s(self) -> float:
        """Longest time that a share of a trial waits for its requests."""
        return max(self.probe_pace_s, 4 * self.up_dwell_s if self.probe_patience_s is None else self.probe_patience_s)

    @property
    def flap_span_s(self) -> float:
        """Time in which turns are counted."""
        return 12 * self.up_dwell_s if self.flap_window_s is None else self.flap_window_s

    @property
    def flap_pause_s(self) -> float:
        """How long the way up stays closed after too many turns."""
        return 4 * self.up_dwell_s if self.flap_hold_s is None else self.flap_hold_s

    def above(self, tier: Tier) -> tuple[Tier, ...]:
        """The tiers of the ladder that are better than this one, best first.

        >>> RoutePolicy("answer").above(Tier.ECONOMY)
        (<Tier.PREMIUM: 'premium'>, <Tier.STANDARD: 'standard'>)
        """
        return tuple(own for own in self.ladder if LADDER.index(own) < LADDER.index(tier))

    @property
    def cost_floor(self) -> int:
        """The lowest rung that cost alone may reach: cached answers, or else the cheapest model; never a person."""
        reachable = [rung for rung, tier in enumerate(self.ladder) if _cost_may_reach(tier)]
        return reachable[-1] if reachable else 0

    def calm_below(self, *, paid: bool) -> float:
        """The burn that counts as calm, of an objective or, where ``paid``, of a spend budget."""
        return self.budget_recover_below if paid else self.recover_below

    @property
    def pace_floor(self) -> int:
        """The lowest rung that spending too fast may reach: the cheapest model."""
        with_model = [rung for rung, tier in enumerate(self.ladder) if tier not in WITHOUT_MODEL]
        return with_model[-1] if with_model else 0

    @property
    def empty_floor(self) -> int:
        """The lowest rung that a budget which is gone may reach."""
        return self.cost_floor if self.budget_floor is None else self.rung(self.budget_floor)

    def rung(self, tier: Tier) -> int:
        """Place of a tier on the ladder; of one that is not on it, the nearest rung below, or the last.

        >>> RoutePolicy("answer", ladder=(Tier.PREMIUM, Tier.ECONOMY)).rung(Tier.STANDARD)
        1
        """
        below = (rung for rung, own in enumerate(self.ladder) if LADDER.index(own) >= LADDER.index(tier))
        return next(below, len(self.ladder) - 1)


def steering(policy: RoutePolicy, objectives: Iterable[Objective]) -> tuple[Objective, ...]:
    """The objectives that steer a route."""
    if policy.objectives:
        return tuple(objective for objective in objectives if objective.name in policy.objectives)
    own = (o for o in objectives if (o.route, o.tenant) == (policy.route, policy.tenant) and o.unit is Unit.REQUEST)
    return tuple(objective for objective in own if objective.name not in policy.quality)


def floor(policy: RoutePolicy, objectives: Iterable[Objective]) -> tuple[Objective, ...]:
    """The objectives that forbid a tier where they are missed."""
    return tuple(objective for objective in objectives if objective.name in policy.quality)


def paging(objective: Objective) -> tuple[Window, ...]:
    """The windows of an objective that move the controller, the quickest first."""
    return tuple(sorted((w for w in objective.windows if w.severity is Severity.PAGE), key=lambda w: w.long_s))


def sound(values: Mapping[str, object]) -> Iterator[Finding]:
    """The rule between the sections ``objectives`` and ``routes``, for the configuration loader."""
    objectives = cast("Sequence[Objective]", values.get("objectives", ()))
    routes = cast("Sequence[RoutePolicy]", values.get("routes", ()))
    yield from _twice("objectives", "name", [objective.name for objective in objectives])
    yield from _twice("routes", "route", [(policy.route, policy.tenant) for policy in routes])
    budgets = cast("Sequence[SpendBudget]", values.get("budgets", ()))
    yield from _twice("budgets", "name", [budget.name for budget in budgets])
    for index, policy in enumerate(routes):
        yield from _steered(index, policy, objectives)
        yield from _budgeted(index, policy, budgets)


def _twice(section: str, key: str, names: Sequence[object]) -> Iterator[Finding]:
    counts = Counter(names)
    for index, name in enumerate(names):
        if counts[name] > 1 and name in names[:index]:
            yield Finding((section, index, key), f"{name!r} again", "each one once")


def _steered(index: int, policy: RoutePolicy, objectives: Sequence[Objective]) -> Iterator[Finding]:
    known = [objective.name for objective in objectives]
    named = [("objectives", place, name) for place, name in enumerate(policy.objectives)]
    named += [("quality", place, name) for place, name in enumerate(policy.quality)]
    for key, place, name in named:
        if name not in known:
            expected = "one of " + ", ".join(known) if known else "an objective of the section objectives"
            yield Finding(("routes", index, key, place), f"{name!r}, which is no objective", expected)
    if not policy.budgets and not any(paging(objective) for objective in steering(policy, objectives)):
        who = policy.route if policy.tenant is None else f"{policy.route} of tenant {policy.tenant}"
        remedy = "give an objective this route and tenant, or name the objectives or budgets that steer it"
        yield Finding(("routes", index, "route"), f"nothing steers {who}", "an objective with a page window", remedy)


def _budgeted(index: int, policy: RoutePolicy, budgets: Sequence[SpendBudget]) -> Iterator[Finding]:
    known = {budget.name: budget for budget in budgets}
    for place, name in enumerate(policy.budgets):
        path = ("routes", index, "budgets", place)
        if name not in known:
            expected = "one of " + ", ".join(known) if known else "a budget of the section budgets"
            yield Finding(path, f"{name!r}, which is no spend budget", expected)
        elif policy.budget_level is not None and policy.budget_level not in known[name].levels:
            levels = ", ".join(known[name].levels) or "none"
            yield Finding(path, f"{name!r}, which has no level {policy.budget_level!r}", f"one of its levels: {levels}")


def _require_ladder(name: str, ladder: tuple[Tier, ...]) -> None:
    if len(ladder) < 2 or list(ladder) != [tier for tier in LADDER if tier in ladder]:  # noqa: PLR2004 - one rung is no ladder
        found, order = ", ".join(ladder), ", ".join(LADDER)
        raise ValueError(f"{name} is [{found}]; expected at least two different tiers in this order: {order}")


_POSITIVE = ("longest_gap_s", "backoff_limit", "probe_requests", "flap_limit", "stale_after_s")
_POSITIVE_OR_NONE = ("probe_dwell_s", "probe_patience_s", "flap_window_s", "flap_hold_s")


def _cost_may_reach(tier: Tier) -> bool:
    return tier is Tier.CACHED_ONLY or tier not in WITHOUT_MODEL
