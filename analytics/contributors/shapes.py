"""The shapes of contributors, exactly as JSON shows them."""

from analytics.notation import Instant, Usd
from analytics.request_shapes import Answer


class Value(Answer):
    """One value of a dimension."""

    dimension: str
    """tenant, team, feature, route, tier, environment, model, provider, stage or version"""
    value: str
    """As it was told; a version with the name of what it is one of."""


class ContributorAnswer(Value):
    """One value that explains bad events; counted in what the ones before it leave."""

    total: float
    """Judged events that have the value."""
    bad: float
    """Of these, the bad ones."""
    bad_ratio: float
    """bad / total"""
    rest_ratio: float
    """The same of all other events."""
    excess: float
    """bad - total x rest_ratio: the bad events there would not be if these failed like the rest."""
    share: float
    """excess / all bad events: the part of the burn it explains. Shares add up to one at most."""
    deviations: float
    """How far bad is above what chance would deal out, in standard deviations."""
    also: tuple[Value, ...]
    """Values that the same events have: what is behind it may be any of these."""


class OriginAnswer(Answer):
    """Where bad requests went wrong."""

    stage: str
    """The kind of the span that failed first, ran longest or used most, by what the objective is about."""
    error_type: str | None
    """What it failed with; null: nobody told, or it did not fail."""
    bad: float
    """Bad events that went wrong there."""
    share: float
    """bad / all bad events"""


class TraceAnswer(Answer):
    """One of the worst bad requests."""

    trace_id: str
    """32 hex digits."""
    started_at: Instant
    """When it began."""
    duration_ms: float
    """How long it took."""
    status: str
    """ok or error"""
    error_type: str | None
    """What it failed with."""
    cost_usd: Usd | None
    """What it cost; null when nothing was priced."""
    tokens: int | None
    """Input and output; null when nobody told any."""
    tenant: str | None
    """Whom it was for."""
    route: str | None
    """The route it took."""


class ContributorsAnswer(Answer):
    """What made an error budget burn."""

    name: str
    """The objective."""
    sli: str
    """What it is about."""
    start: Instant
    """The window used, start included."""
    until: Instant
    """The window used, until excluded."""
    asked_start: Instant | None
    """Where the window asked for begins, if it holds more spans than can be read while one waits: what comes before
    `start` was not looked at. Null: all of it was."""
    verdict: str | None
    """Of the window of the alert that is looked at: firing, ok or insufficient_data; null for a window of one's own."""
    severity: str | None
    """page or ticket, of that alert."""
    burn: float | None
    """The error ratio of the window as a multiple of what the objective allows; null where nothing was judged."""
    total: float
    """Judged events in the window."""
    bad: float
    """Of these, the bad ones."""
    contributors: tuple[ContributorAnswer, ...]
    """The values that explain them, the largest part first; empty where no value stands out."""
    origins: tuple[OriginAnswer, ...]
    """Where they went wrong, most first."""
    worst: str
    """Which traces come first: failed (the newest), slow, dear, tokens, refused or told (the newest of them)."""
    traces: tuple[TraceAnswer, ...]
    """The worst of them."""
    in_words: str
    """All of it in a sentence."""
    next: str | None
    """Always null: there is one page."""
