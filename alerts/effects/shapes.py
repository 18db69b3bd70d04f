"""The shapes of effects, exactly as JSON shows them; the text under a field is its description there."""

from analytics.notation import Instant, Usd
from analytics.request_shapes import Answer


class ChangeAnswer(Answer):
    """How one figure of the requests that were served lower differs from what it would have been."""

    figure: str
    """error_ratio, latency_ms (mean duration)."""
    kind: str
    """by_share: held against the share of the requests that chance left at the better tier; same_time: against others
    that were served there meanwhile; nothing: too few of either."""
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
    judged_until: Instant
    """How far its requests are counted."""
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
