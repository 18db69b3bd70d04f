"""The shapes of runs and of what a reprice would change, exactly as JSON shows them."""

from analytics.notation import Instant, Usd
from analytics.request_shapes import Answer


class RunAnswer(Answer):
    """Which prices and attribution rules rate which spans."""

    run_id: int
    """The highest applied number that holds a span rates it."""
    kind: str
    """live: a server started with other prices or rules; reprice: somebody asked for it"""
    status: str
    """applied, or proposed: nobody has put it in force"""
    edition_id: str
    """The edition of the price book, a uuid."""
    rules_id: str
    """The attribution rules, a uuid."""
    recorded_at: Instant
    """When it was written."""
    as_of: Instant | None
    """Of a reprice: prices and rules as they were known then."""
    from_seq: int
    """The first batch it holds."""
    until_seq: int | None
    """The first batch it no longer holds; null: open."""
    start: Instant | None
    """Spans that started from here on; null: open."""
    until: Instant | None
    """Spans that started before; null: open."""
    rerated_until: Instant | None
    """Of an applied reprice: spans that started before this are derived again; null: none, or all of an open end."""
    under_way: bool
    """Whether spans still wait to be derived again."""
    note: str | None
    """Why, as somebody said."""


class RunList(Answer):
    """All runs."""

    runs: tuple[RunAnswer, ...]
    """Newest first."""
    next: str | None
    """Always null: there is one page."""


class DiffSums(Answer):
    """What was booked and what it would be. Costs are null where no line has a price."""

    lines: int
    """Ledger lines."""
    changed_lines: int
    """Of these, lines whose unit prices or status would be others."""
    newly_priced_lines: int
    """Lines that had no price and would have one."""
    newly_unpriced_lines: int
    """Lines that had a price and would have none."""
    booked_list_cost_usd: Usd | None
    """At list prices, as booked."""
    booked_cost_usd: Usd | None
    """At contracted prices, as booked."""
    list_cost_usd: Usd | None
    """At list prices, as it would be."""
    cost_usd: Usd | None
    """At contracted prices, as it would be."""
    difference_usd: Usd
    """cost_usd - booked_cost_usd, what has no price counting as nothing on either side."""


class PriceDiff(DiffSums):
    """One UTC day x seller x model x usage class."""

    day: str
    """2026-11-21"""
    seller: str | None
    """Who sells it; as reported where nobody does."""
    model: str | None
    """As priced; as reported where nothing prices it."""
    usage_class: str
    """The disjoint kind of billed quantity."""


class OwnerDiff(DiffSums):
    """One tenant x team, by the words that were booked."""

    tenant: str | None
    """Null: unallocated."""
    team: str | None
    """Null: unallocated."""


class DiffReport(Answer):
    """What a reprice would change, or would have changed, against the ledger as it stands."""

    run: RunAnswer
    """The run."""
    totals: DiffSums
    """Over all lines of its window."""
    by_price: tuple[PriceDiff, ...]
    """Where anything changes; by day, then seller, model and usage class."""
    by_owner: tuple[OwnerDiff, ...]
    """Where anything changes; by tenant, then team."""
    rules_differ: bool
    """Whether it also has other attribution rules than the newest live run: then lines may move between owners, too."""
