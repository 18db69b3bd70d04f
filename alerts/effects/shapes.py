"""The shapes of effects, exactly as JSON shows them; the text under a field is its description there."""

from analytics.notation import Instant, Usd
from analytics.request_shapes import Answer


class ChangeAnswer(Answer):
    """How one figure of the requests that were served lower differs from what it would have been."""

    figure: str
    """error_ratio, latency_ms (mean duration), evaluation (mean score), outcome_ratio (requests it came of),
    outcome_value (how much of it each)"""
    name: str | None
    """Of the evaluation or outcome."""
    kind: str
    """by_share: held against the share of the requests that chance left at the better tier; same_time: against others
    that were served there meanwhile; before_and_others: against the time before, less what changed for those that were
    not stepped down; before: the time before alone, so that whatever else changed is in it; nothing: too few of any"""
    verdict: str
    """higher, lower, no_change_seen or not_known"""
    lower: float | None
    """The mean of the requests that were served lower."""
    change: float | None
    """How much that is above what it would have been; null: not known."""
    low: float | None
    """Lower end of its 95 % interval."""
    high: float | None
    """Upper end."""
    lower_count: int
    """Requests served lower that say something of the figure."""
    other_count: int
    """The same of the requests they are held against."""
    total: float | None
    """change x degraded requests: failures more, outcomes less ...; null for means that do not add up."""
    total_low: float | None
    """The same at the lower end."""
    total_high: float | None
    """At the upper end."""
    clusters: int
    """How many minutes (or parts of the time) or tenants were drawn again for the interval."""
    clustered_by: str
    """minute or tenant"""


class EffectRow(Answer):
    """One downgrade, from a step to the next one, within one month."""

    id: str
    """Entry of the journal and month."""
    entry_seq: int
    """The step that began it, in the journal."""
    tenant: str | None
    """Null: everybody's requests on the route."""
    route: str | None
    """The route that stepped."""
    tier: str
    """The lowest tier that was served."""
    share: float
    """The share of the requests that was to be there; the rest was served one tier above it."""
    instead_of: str
    """The tier they would have had: what all of it is held against."""
    why: str
    """burning, taken_back, manual ...: why the route stepped, in one word."""
    sentence: str
    """Why, in one line."""
    start: Instant
    """When the step was decided, or the month began."""
    until: Instant | None
    """When the next one was decided, or the month ended; null: it goes on."""
    judged_at: Instant
    """When it was judged; what goes on is counted up to then."""
    settled: bool
    """Whether it is final: a week after its end nothing that comes late is waited for."""
    requests: int
    """Requests of the scope that started in it."""
    degraded_requests: int
    """Of these, served below the tier they would have had."""
    degraded_ratio: float | None
    """degraded_requests / requests"""
    saved_usd: Usd | None
    """instead_usd - cost_usd, exactly; below zero it cost more. Null: known of no request."""
    cost_usd: Usd
    """What the degraded requests cost that both costs are known of."""
    instead_usd: Usd
    """What their usage would have cost at the better tier, at the prices of the day."""
    unknown_requests: int
    """Degraded requests that are in no sum of money: without a price, or answered without a model."""
    cost_change_usd: Usd | None
    """Measured: what a degraded request cost above what it would have cost, different answers included."""
    cost_change_low_usd: Usd | None
    """Lower end of its 95 % interval."""
    cost_change_high_usd: Usd | None
    """Upper end."""
    cost_change_kind: str
    """What it is held against, as in `changes`."""
    changes: tuple[ChangeAnswer, ...]
    """What else changed."""


class EffectPage(Answer):
    """Downgrades that were in force in a window, each with what it came to."""

    start: Instant
    """The window used, start included."""
    until: Instant
    """The window used, until excluded."""
    effects: tuple[EffectRow, ...]
    """The newest first."""
    next: str | None
    """Pass it as cursor for the page after this one; null at the end."""


class TotalAnswer(Answer):
    """What a change came to in a month."""

    figure: str
    """error_ratio: failures more; outcome_ratio: requests more that it came of; outcome_value: how much more of it"""
    name: str | None
    """Of the outcome."""
    total: float
    """Over all degraded requests of which it is known; below zero: lost."""
    total_low: float
    """Lower end of its 95 % interval."""
    total_high: float
    """Upper end."""
    known_requests: int
    """Degraded requests of which it is known."""


class MonthRow(Answer):
    """What the downgrades of one scope saved and cost in a month."""

    month: str
    """2026-11, in UTC."""
    route: str | None
    """The route."""
    tenant: str | None
    """Null: everybody's requests on the route."""
    downgrades: int
    """Times it left its best tier."""
    settled: bool
    """Whether all of it is final."""
    degraded_requests: int
    """Requests served below the tier they would have had."""
    saved_usd: Usd | None
    """instead_usd - cost_usd, exactly; null: known of no request."""
    cost_usd: Usd
    """What the degraded requests cost that both costs are known of."""
    instead_usd: Usd
    """What their usage would have cost at the better tier."""
    unknown_requests: int
    """Degraded requests that are in no sum of money."""
    totals: tuple[TotalAnswer, ...]
    """What else that came to."""


class MonthPage(Answer):
    """Months in which something was stepped down."""

    start: Instant
    """The window used, start included."""
    until: Instant
    """The window used, until excluded; a month that it touches is told whole."""
    months: tuple[MonthRow, ...]
    """The newest first."""
    next: str | None
    """Pass it as cursor for the page after this one; null at the end."""
