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
from analytics.notation import NS_PER_HOUR, NS_PER_S
from analytics.questions import Window
from collector.store import Store, queries_of

_SIDES = queries_of("analytics.drift")["drift_calls"]
_NEAR_NS = NS_PER_HOUR
_DAY_NS = 24 * NS_PER_HOUR
_PLACES, _FINE = Decimal(1).scaleb(-6), Decimal(1).scaleb(-15)


class Evidence(StrEnum):
    """By what a swap is known."""

    RESPONSE_MODEL = "response_model"  # another name answers
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
    calls_before: Calls
    calls_since: Calls
    per_day_usd: Decimal | None
    """What it costs more a day, at the traffic since; negative where it saves; None where nobody knows."""
    trace_ids: tuple[str, ...] = ()


def swaps(store: Store, changes: Sequence[Change], window: Window, now_ns: int, least: int) -> list[Swap]:
    """Every model that was swapped in a window, as spans say, the newest first."""
    markers = [one for one in changes if one.source is Source.POSTED]
    found = []
    for one in changes:
        if one.kind is not Kind.MODEL or one.before is None or not window.start_ns <= one.at_ns < window.until_ns:
            continue
        known = one.source is Source.POSTED or any(abs(other.at_ns - one.at_ns) <= _NEAR_NS for other in markers)
        named = (one.before, one.after)
        found.append(
            swap(store, one.name, Evidence.RESPONSE_MODEL, one.at_ns, now_ns, least, named, known, one.trace_ids)
        )
    return sorted(found, key=lambda one: (-one.at_ns, one.model))


def swap(  # noqa: PLR0917 - what is known of it
    store: Store,
    model: str,
    evidence: Evidence,
    at_ns: int,
    now_ns: int,
    least: int,
    named: tuple[str | None, str | None] = (None, None),
    told: bool = False,  # noqa: FBT001, FBT002 - one of the things known
    trace_ids: tuple[str, ...] = (),
) -> Swap:
    """A swap with its calls before and since, a day of each, or as much as there is."""
    until_ns = min(now_ns, at_ns + _DAY_NS)
    asked = {"model": model, "at_ns": at_ns, "start_ns": max(0, at_ns - _DAY_NS), "until_ns": until_ns}
    rows = {row["since"]: _calls(row) for row in store.run(_SIDES, asked).to_pylist()}
    before, since = (rows.get(side, Calls(0, None, None, None, 0)) for side in (False, True))
    length = timedelta(seconds=(until_ns - at_ns) / NS_PER_S)
    more = per_day_usd(before, since, length, least)
    return Swap(model, evidence, at_ns, *named, told, before, since, more, trace_ids)


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
