"""Models that were swapped without a word: another version answers under the name that is asked for.

A swap is silent where nobody told it: a change that spans show and that no marker of the model says within a day, nor
any other marker within an hour. What it costs is the difference of what a call cost before and since, times the calls
of a day: exact sums of the ledger, divided at the end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from analytics.changes.change import Change, Kind, Source
from analytics.drift.returning import Versions, back_ns
from analytics.notation import NS_PER_HOUR, NS_PER_S
from analytics.questions import Window
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics.drift")
_SIDES, _TIERS = _QUERIES["drift_calls"], _QUERIES["drift_tiers"]
_NEAR_NS = NS_PER_HOUR
_ALIKE = 0.05
"""Of the calls; two versions whose tiers have less in common are rungs of one ladder, and no swap."""
_DAY_NS = 24 * NS_PER_HOUR
_PLACES, _FINE = Decimal(1).scaleb(-6), Decimal(1).scaleb(-15)


class Evidence(StrEnum):
    """By what a swap is known."""

    RESPONSE_MODEL = "response_model"  # another name answers
    FINGERPRINT = "fingerprint"  # the same name, and another fingerprint of the system behind it
    ANSWER_LENGTH = "answer_length"  # the same name, and answers of another length to the same questions


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls of one model on one side of an instant; None where nobody knows."""

    calls: int
    input_tokens: float | None
    """Of a call, on average."""
    output_tokens: float | None
    cost_usd: Decimal | None
    """Of all calls that have a price."""
    priced: int

    @property
    def cost_per_call_usd(self) -> Decimal | None:
        """What a call cost on average, to 15 places; None where none has a price."""
        if self.cost_usd is None or not self.priced:
            return None
        return (self.cost_usd / self.priced).quantize(_FINE)


@dataclass(frozen=True, slots=True)
class BeforeSince:
    """Calls around a swap."""

    before: Calls
    since: Calls
    per_day_usd: Decimal | None
    """What it costs more a day, at the traffic since; negative where it saves; None where nobody knows."""


@dataclass(frozen=True, slots=True)
class Swap:
    """A model that was swapped."""

    model: str
    """As it is asked for."""
    evidence: Evidence
    at_ns: int
    before: str | None
    """What answered before; None: nobody said, or the same."""
    after: str | None
    told: bool
    """Whether a marker says so."""
    calls: BeforeSince
    trace_ids: tuple[str, ...] = ()
    back_at_ns: int | None = None
    """The end of it, where what answered before is back; None while it goes on."""


def swaps(store: Store, changes: Sequence[Change], window: Window, least: int) -> list[Swap]:
    """Every model that was swapped in a window, as spans say, the newest first."""
    markers = [one for one in changes if one.source is Source.POSTED]
    named = [one for one in changes if one.kind is Kind.MODEL and one.before is not None]
    found = []
    for one in named:
        if window.start_ns <= one.at_ns < window.until_ns:
            others = [other.at_ns for other in named if other.name == one.name]
            told = one.source is Source.POSTED or any(abs(other.at_ns - one.at_ns) <= _NEAR_NS for other in markers)
            back_at_ns = _back_ns(store, one, window.until_ns)
            sides = _sides(one.at_ns, window.until_ns if back_at_ns is None else back_at_ns, others)
            if _by_tier(store, one, sides):
                continue
            calls = calls_of(store, one.name, one.at_ns, sides, least)
            versions = one.before, one.after, told
            made = Swap(one.name, Evidence.RESPONSE_MODEL, one.at_ns, *versions, calls, one.trace_ids, back_at_ns)
            found.append(made)
    return sorted(found, key=lambda one: (-one.at_ns, one.model))


def _back_ns(store: Store, change: Change, until_ns: int) -> int | None:
    if change.before is None or change.after is None:
        return None
    return back_ns(store, Versions(change.name, change.before, change.after), change.at_ns, until_ns)


def _by_tier(store: Store, change: Change, sides: Window) -> bool:
    """Whether the route chose between two versions: each answers at tiers of its own."""
    versions = {"model": change.name, "before": change.before, "after": change.after}
    asked = versions | {"start_ns": sides.start_ns, "until_ns": sides.until_ns}
    rows = store.run(_TIERS, asked).to_pylist()
    before, after = (
        {row["tier"]: row["calls"] for row in rows if row["version"] == version}
        for version in (change.before, change.after)
    )
    return bool(before) and bool(after) and overlap(before, after) < _ALIKE


def overlap(one: Mapping[str, int], other: Mapping[str, int]) -> float:
    """Share that two sets of calls have in common, by their tiers.

    >>> overlap({"premium": 90, "standard": 10}, {"standard": 40}), overlap({"premium": 5}, {"premium": 80})
    (0.1, 1.0)
    """
    all_of_one, all_of_other = sum(one.values()), sum(other.values())
    return sum(min(calls / all_of_one, other.get(tier, 0) / all_of_other) for tier, calls in one.items())


def unnamed(  # noqa: PLR0917 - what is known of it
    store: Store, model: str, evidence: Evidence, at_ns: int, until_ns: int, least: int
) -> Swap:
    """A model that was swapped under the same name."""
    calls = calls_of(store, model, at_ns, _sides(at_ns, until_ns, ()), least)
    return Swap(model, evidence, at_ns, None, None, told=False, calls=calls)


def _sides(at_ns: int, until_ns: int, others: Sequence[int]) -> Window:
    """A day on both sides, up to the swaps before and after."""
    earlier = [other for other in others if other < at_ns]
    later = [other for other in others if other > at_ns]
    return Window(max(0, at_ns - _DAY_NS, *earlier), min(until_ns, at_ns + _DAY_NS, *later))


def calls_of(store: Store, model: str, at_ns: int, sides: Window, least: int) -> BeforeSince:
    """Calls of a model before and since an instant, and what the difference costs a day."""
    asked = {"model": model, "at_ns": at_ns, "start_ns": sides.start_ns, "until_ns": sides.until_ns}
    rows = {row["since"]: _calls(row) for row in store.run(_SIDES, asked).to_pylist()}
    before, since = (rows.get(side, Calls(0, None, None, None, 0)) for side in (False, True))
    length = timedelta(seconds=(sides.until_ns - at_ns) / NS_PER_S)
    return BeforeSince(before, since, per_day_usd(before, since, length, least))


def per_day_usd(before: Calls, since: Calls, length: timedelta, least: int) -> Decimal | None:
    """What calls cost more a day than they would have cost before, in millionths; None where too few say.

    >>> before = Calls(200, 100.0, 50.0, Decimal("2.00"), 200)
    >>> since = Calls(100, 100.0, 80.0, Decimal("1.30"), 100)
    >>> per_day_usd(before, since, timedelta(hours=12), least=50)  # 0.003 more for each of 200 calls a day
    Decimal('0.600000')
    """
    was, costs = before.cost_per_call_usd, since.cost_per_call_usd
    if was is None or costs is None or min(before.priced, since.priced) < least:
        return None
    calls_a_day = Decimal(since.calls) * 86_400 / Decimal(max(1, round(length.total_seconds())))
    return ((costs - was) * calls_a_day).quantize(_PLACES)


def _calls(row: Mapping[str, Any]) -> Calls:
    return Calls(row["calls"], row["input_tokens"], row["output_tokens"], row["cost_usd"], row["priced"])
