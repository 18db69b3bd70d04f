"""The shapes of changes, exactly as JSON shows them."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from analytics.changes.change import TOLD_KINDS, Kind
from analytics.notation import Instant, Usd, instant_ns
from analytics.request_shapes import Answer


def _instant(value: object) -> int:
    """Read an instant as text: a number would be taken for nanoseconds."""
    return instant_ns(value if isinstance(value, str) else repr(value))


_Moment = Annotated[
    int,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
_WORD = Field(None, min_length=1, max_length=200)


class ChangeAsk(BaseModel):
    """A change, as it is told."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    kind: Kind = Field(json_schema_extra={"enum": [str(kind) for kind in TOLD_KINDS]})
    """What changed."""
    name: str = Field(min_length=1, max_length=200, pattern=r"\S")
    """A service, a prompt, an index, a model as it is asked for ... as spans name it, so that both are one change."""
    before: str | None = Field(None, alias="from", max_length=200)
    """The version before; left out: not told."""
    after: str | None = Field(None, alias="to", max_length=200)
    """The version since; left out: not told."""
    at: _Moment | None = None
    """RFC 3339; now when left out, which needs an id to be told again."""
    id: str | None = Field(None, min_length=1, max_length=200)
    """Your own name of it, for instance of the deploy: told again, it is the same change."""
    tenant: str | None = _WORD
    """Only for this tenant."""
    team: str | None = _WORD
    """Only for this team."""
    feature: str | None = _WORD
    """Only for this feature."""
    route: str | None = _WORD
    """Only on this route."""
    environment: str | None = _WORD
    """Only in this environment."""
    by: str | None = _WORD
    """Who made it."""
    url: str | None = Field(None, max_length=2000, pattern=r"^https?://[^\s/]\S*$")
    """Where to read more."""
    note: str | None = Field(None, max_length=2000)
    """A sentence to it."""


class SideAnswer(Answer):
    """Requests that ended in one window."""

    start: Instant
    """The window used, a whole minute, included."""
    until: Instant
    """The window used, a whole minute, excluded."""
    requests: int
    """How many."""
    errors: int
    """Of these, the failed ones."""
    error_ratio: float | None
    """Null without requests."""
    p95_ms: float | None
    """Nearest rank over log buckets, at most 1.1 % off; null without requests."""
    cost_per_request_usd: Usd | None
    """Of all requests, to 15 places; null where none is priced."""
    tokens_per_request: float | None
    """Input and output; null where nobody told any."""
    unpriced_requests: int
    """Requests without a price, or with a part of one: the cost is a lower bound."""
    missing_usage_requests: int
    """Requests that do not tell all their tokens."""


class ComparedAnswer(Answer):
    """Whether a figure is another one since."""

    figure: str
    """error_ratio, p95_ms, cost_per_request_usd or tokens_per_request"""
    verdict: str
    """differs; no_difference_seen; too_few_requests: nothing can be said; unknown: some requests do not tell"""
    p_value: float | None
    """Probability of a difference as large where there is none; null where nothing is said."""
    difference: float | None
    """After less before; of p95_ms, of the share of requests slower than the p95 before; null where nothing is said."""
    low: float | None
    """Lower end of its 99 % interval, which holds at every look since the change."""
    high: float | None
    """Upper end."""


class AdviceAnswer(Answer):
    """What to do about a change, as the figures have it; nothing does it by itself."""

    course: str
    """roll_back: a figure is surely worse, by its margin or more; keep: none can be; not_known_yet"""
    reasons: tuple[str, ...]
    """Why, in words."""
    doubts: tuple[str, ...]
    """What else could have done it: other changes within the same windows."""
    extra_cost_per_day_usd: Usd | None
    """At the traffic since; negative where it saves; null where the cost is not known on both sides."""
    extra_failures_per_day: float | None
    """Further failing requests a day at the traffic since; null without requests on a side."""
    at_stake_per_day_usd: Usd | None
    """What it costs more a day, and what the further failing requests cost; never below 0."""


class ChangeAnswer(Answer):
    """One change."""

    model_config = ConfigDict(serialize_by_alias=True)

    id: str
    """Its name, always the same."""
    at: Instant
    """When it was made, or first seen."""
    kind: str
    """prompt, model, index, configuration, release, other; router, objective and prices are noted by this server"""
    name: str
    """What changed; empty where only its version is told."""
    before: str | None = Field(serialization_alias="from")
    """The version before; null: not known, or none."""
    after: str | None = Field(serialization_alias="to")
    """The version since; null: not told, or gone."""
    source: str
    """posted: somebody told it; seen: spans name another version; recorded: this server noted it"""
    again: bool
    """Whether the version had been seen before and came back, as after a rollback."""
    tenant: str | None
    """Only for this tenant; null: for everybody."""
    team: str | None
    """Only for this team."""
    feature: str | None
    """Only for this feature."""
    route: str | None
    """Only on this route; null: on several, or not known."""
    routes: tuple[str, ...] | None
    """Of what was seen, the routes it was seen on; null: not known, then figures are of everything in the scope."""
    environment: str | None
    """Only in this environment."""
    seen_at: Instant | None
    """When a span first named the version; null: none did yet."""
    trace_ids: tuple[str, ...]
    """Some of the first traces with it."""
    by: str | None
    """Who made it."""
    url: str | None
    """Where to read more."""
    note: str | None
    """What was said to it."""
    figures_before: SideAnswer | None
    """The window before; null: no whole minute has followed yet, or figures were not asked for."""
    figures_after: SideAnswer | None
    """A window of the same length after."""
    compared: tuple[ComparedAnswer, ...]
    """What both say of each figure; empty without them."""
    advice: AdviceAnswer | None
    """Null for what nobody can roll back, without figures, and before a whole minute has followed."""


class ChangePage(Answer):
    """Changes, the newest first."""

    start: Instant
    """The window used, start included."""
    until: Instant
    """The window used, until excluded."""
    changes: tuple[ChangeAnswer, ...]
    """Newest first."""
    next: str | None
    """Pass it as cursor for the page after this one; null at the end."""
