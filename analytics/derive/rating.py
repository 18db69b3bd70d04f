"""Ledger lines: usage x price, in one set-based pass, exact in decimals.

Prices are looked up once per distinct call and run (``tariffs.py``); instants, weekdays, times of day and context bands
are the join's business (``queries/derive_rate.sql``). A line nobody can price stays, unpriced, with its reason.
"""

from dataclasses import dataclass
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from analytics.derive.distinct import distinct
from analytics.derive.purposes import PURPOSES, purposes
from analytics.derive.quantities import CLASSES, Lines, lines
from analytics.derive.rates import RATES, Rate, RateStatus
from analytics.derive.resolve import Resolved, innermost
from analytics.derive.spans import Spans
from analytics.derive.tariffs import PRICES, UNPRICED, Call, Tariff, tariff
from analytics.derive.tree import Index
from analytics.runs.run import Chosen, Run
from analytics.runs.runs import Runs
from collector.dialects.usage_classes import UsageClass
from collector.normalise.hashing import Keys
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics")
_PURPOSES = pa.array([str(purpose) for purpose in PURPOSES])
_REMEMBERED = 20_000
"""Distinct calls whose prices are kept at hand."""


@dataclass(frozen=True, slots=True)
class Rated:
    """Rated lines, and what only requests need to know about them."""

    lines: pa.Table
    """Shaped like ``ledger_lines``."""
    costs: pa.Table
    """table(trace, cost_usd, amortised) of the same lines; trace is the number of the request."""


class Rater:
    """Rates lines; remembers what it looked up and which rates the store has."""

    def __init__(self, store: Store, runs: Runs) -> None:
        """Nothing is looked up until it is asked for."""
        self._store = store
        self._runs = runs
        self._tariffs: dict[tuple[UUID, UUID, Call], Tariff] = {}
        self._rates: dict[int, Rate] = {}
        self._used: set[int] = set()
        self._written: set[int] = set()

    def rate(self, spans: Spans, resolved: Resolved, attribution: Keys, chosen: Chosen) -> Rated:
        """Rate what the spans billed, each by its own run; ``attribution`` is per span."""
        if len(self._tariffs) > _REMEMBERED:
            self._forget()
        billable = resolved.billing & ~spans.estimated
        bills = {name: np.where(billable, counts, 0) for name, counts in resolved.bills.items()}
        found = lines(bills, spans.table["other_usage"], billable)
        key_of, tariffs = self._keys(spans, np.flatnonzero(billable), chosen)
        if any(tariff.per_request for tariff in tariffs):
            single = innermost(spans, resolved.forest.parent, spans.call & billable)
            found = _with_request_fees(found, np.where(single, key_of, -1), tariffs)
        tables = _tables(spans, resolved, found, key_of, tariffs)
        rated = self._store.run(_QUERIES["derive_rate"], tables=tables)
        rates = self._out_of_context(rated, tables)
        self._used.update(np.unique(rates).tolist())
        said = _said(spans, resolved, found.at, chosen)
        costs = {name: rated[name] for name in ("list_cost_usd", "cost_usd")}
        keys = {"attribution_id": pa.array(attribution[found.at]), "rate_id": pa.array(rates)}
        trace, amortised = pa.array(resolved.forest.trace[found.at]), pa.array(self._amortised(rates))
        return Rated(
            pa.table(said | keys | {"quantity": tables["lines"]["quantity"]} | costs),
            pa.table({"trace": trace, "cost_usd": rated["cost_usd"], "amortised": amortised}),
        )

    def new_rates(self) -> pa.Table:
        """Rates that came up since the last :meth:`written`."""
        return pa.Table.from_pylist([dict(self._rates[key]) for key in self._used - self._written], schema=RATES)

    def written(self) -> None:
        """The new rates are committed."""
        self._written.update(self._used)

    def _out_of_context(self, rated: pa.Table, tables: dict[str, pa.Table]) -> Keys:
        """Rates of all lines, with the true reason where a price was in force and the prompt too long for it."""
        rates: Keys = rated["rate_id"].to_numpy()
        gaps = tables["lines"].filter(pc.invert(rated["priced"]))
        if not gaps.num_rows or not tables["prices"].num_rows:
            return rates
        found = self._store.run(_QUERIES["derive_out_of_context"], tables=tables | {"gaps": gaps})
        rates = rates.copy()
        rates[found["line"].to_numpy()] = found["rate_id"].to_numpy()
        return rates

    def _amortised(self, rates: Keys) -> npt.NDArray[np.bool_]:
        keys, of_line = np.unique(rates, return_inverse=True)
        amortised = [self._rates[int(key)]["status"] == str(RateStatus.AMORTISED) for key in keys]
        return np.array(amortised, np.bool_)[of_line]

    def _forget(self) -> None:
        """Start afresh: model names come from outside, and a rate that is written twice is written once."""
        for memory in (self._tariffs, self._rates, self._used, self._written):
            memory.clear()

    def _keys(self, spans: Spans, at: Index, chosen: Chosen) -> tuple[Index, list[Tariff]]:
        """Number of the tariff of every span (-1 where nothing is billed), and the tariffs."""
        columns = [spans.table[name].take(pa.array(at)).combine_chunks() for name in Call._fields]
        first, of_span = distinct([pa.array(chosen.position[at]), *columns], len(at))
        calls = zip(*(column.take(pa.array(first)).to_pylist() for column in columns), strict=True)
        runs = (chosen.runs[place] for place in chosen.position[at[first]])
        key_of = np.full(len(spans), -1, np.int64)
        key_of[at] = of_span
        return key_of, [self._tariff(run, Call(*words)) for run, words in zip(runs, calls, strict=True)]

    def _tariff(self, run: Run, call: Call) -> Tariff:
        key = (run.edition_id, run.rules_id, call)
        known = self._tariffs.get(key)
        if known is None:
            served = self._runs.policy(run).served(call)
            known = self._tariffs[key] = tariff(self._runs.book(run), call, served)
            self._rates.update((row["rate_id"], row) for row in known.rates)
        return known


def _said(spans: Spans, resolved: Resolved, at: Index, chosen: Chosen) -> dict[str, pa.Array]:
    """What lines have from their spans."""
    copied = {name: spans.table[name].take(pa.array(at)) for name in ("trace_id", "span_id", "started_at")}
    return copied | {
        "run_id": pa.array(chosen.run_id[at], pa.int32()),
        "purpose": _PURPOSES.take(pa.array(purposes(spans, resolved)[at])),
        "failed": pa.array(spans.failed[at]),
        "prompt_tokens": pa.array(resolved.bills["input_tokens"][at]),
    }


def _tables(
    spans: Spans, resolved: Resolved, found: Lines, key_of: Index, tariffs: list[Tariff]
) -> dict[str, pa.Table]:
    words = pa.array([str(name) for name in CLASSES])
    wanted = pa.table(
        {
            "line": pa.array(np.arange(len(found.at))),
            "key": pa.array(key_of[found.at], pa.int32()),
            "usage_class": words.take(pa.array(found.usage_class)),
            "quantity": pa.array(found.quantity),
            "started_ns": pa.array(spans.start_ns[found.at]),
            "prompt_tokens": pa.array(resolved.bills["input_tokens"][found.at]),
        }
    )
    prices = [{"key": key} | row for key, tariff in enumerate(tariffs) for row in tariff.prices]
    unpriced = [{"key": key} | row for key, tariff in enumerate(tariffs) for row in tariff.unpriced]
    return {
        "lines": wanted,
        "prices": pa.Table.from_pylist(prices, schema=PRICES),
        "unpriced": pa.Table.from_pylist(unpriced, schema=UNPRICED),
    }


def _with_request_fees(found: Lines, key_of: Index, tariffs: list[Tariff]) -> Lines:
    """One unit of the class ``requests`` for each call to a provider that bills a fee per request."""
    charged = np.array([tariff.per_request for tariff in tariffs] + [False])
    told = np.unique(found.at[found.usage_class == CLASSES.index(UsageClass.REQUESTS)])
    at = np.setdiff1d(np.flatnonzero(charged[key_of]), told)
    if not len(at):
        return found
    fee = CLASSES.index(UsageClass.REQUESTS)
    return Lines(
        np.concatenate([found.at, at]),
        np.concatenate([found.usage_class, np.full(len(at), fee, np.int8)]),
        np.concatenate([found.quantity, np.ones(len(at), np.int64)]),
    )
