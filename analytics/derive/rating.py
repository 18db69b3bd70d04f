"""Ledger lines: usage x price, in one set-based pass, exact in decimals.

Prices are looked up once per distinct call (``tariffs.py``); dates, times of day and context bands are the join's
business (``queries/derive_rate.sql``). A line nobody can price stays, unpriced, with its reason.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.derive.purposes import PURPOSES, purposes
from analytics.derive.quantities import CLASSES, Lines, lines
from analytics.derive.rates import RATES, Rate
from analytics.derive.resolve import Resolved, innermost
from analytics.derive.spans import Spans
from analytics.derive.tariffs import PRICES, UNPRICED, Call, Tariff, tariff
from analytics.derive.tree import Index
from analytics.prices import PriceBook
from collector.dialects.usage_classes import UsageClass
from collector.normalise.combinations import combinations
from collector.normalise.hashing import Keys
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics")
_PURPOSES = pa.array([str(purpose) for purpose in PURPOSES])
_REMEMBERED = 20_000
"""Distinct calls whose prices are kept at hand."""


class Rater:
    """Rates lines by a price book; remembers what it looked up and which rates the store has."""

    def __init__(self, store: Store, book: PriceBook) -> None:
        """The book is the one in force; a changed book wants a new rater."""
        self._store = store
        self._book = book
        self._tariffs: dict[Call, Tariff] = {}
        self._rates: dict[int, Rate] = {}
        self._used: set[int] = set()
        self._written: set[int] = set()

    def rate(self, spans: Spans, resolved: Resolved, attribution: Keys) -> pa.Table:
        """Lines shaped like ``ledger_lines`` with ``trace``, the number of the request."""
        if len(self._tariffs) > _REMEMBERED:
            self._forget()
        billable = resolved.billing & ~spans.estimated
        bills = {name: np.where(billable, counts, 0) for name, counts in resolved.bills.items()}
        found = lines(bills, spans.table["other_usage"], billable)
        key_of, tariffs = self._keys(spans, np.flatnonzero(billable))
        if any(tariff.per_request for tariff in tariffs):
            single = innermost(spans, resolved.forest.parent, spans.call & billable)
            found = _with_request_fees(found, np.where(single, key_of, -1), tariffs)
        tables = self._tables(spans, resolved, found, key_of, tariffs)
        rated = self._store.run(_QUERIES["derive_rate"], tables=tables)
        rates = self._out_of_context(rated, tables)
        self._used.update(np.unique(rates).tolist())
        at = pa.array(found.at)
        return pa.table(
            {
                "trace": pa.array(resolved.forest.trace[found.at]),
                "trace_id": spans.table["trace_id"].take(at),
                "span_id": spans.table["span_id"].take(at),
                "started_at": spans.table["started_at"].take(at),
                "attribution_id": pa.array(attribution[found.at]),
                "rate_id": pa.array(rates),
                "run_id": pa.array(np.zeros(len(found.at)), pa.int32()),
                "purpose": _PURPOSES.take(pa.array(purposes(spans, resolved)[found.at])),
                "failed": pa.array(spans.failed[found.at]),
                "prompt_tokens": pa.array(resolved.bills["input_tokens"][found.at]),
                "quantity": pa.array(found.quantity),
                "list_cost_usd": rated["list_cost_usd"],
                "cost_usd": rated["cost_usd"],
            }
        )

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

    def _forget(self) -> None:
        """Start afresh: model names come from outside, and a rate that is written twice is written once."""
        for memory in (self._tariffs, self._rates, self._used, self._written):
            memory.clear()

    def new_rates(self) -> pa.Table:
        """Rates that came up since the last :meth:`written`."""
        rows = [dict(self._rates[key]) for key in self._used - self._written]
        return pa.Table.from_pylist(rows, schema=RATES)

    def written(self) -> None:
        """The new rates are committed."""
        self._written.update(self._used)

    def _keys(self, spans: Spans, at: Index) -> tuple[Index, list[Tariff]]:
        """Number of the tariff of every span (-1 where nothing is billed), and the tariffs."""
        columns = [spans.table[name].take(pa.array(at)).combine_chunks() for name in Call._fields]
        codes = combinations(columns, len(at))
        _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
        distinct = zip(*(column.take(pa.array(first)).to_pylist() for column in columns), strict=True)
        key_of = np.full(len(spans), -1, np.int64)
        key_of[at] = inverse.reshape(-1)
        return key_of, [self._tariff(Call(*words)) for words in distinct]

    def _tariff(self, call: Call) -> Tariff:
        known = self._tariffs.get(call)
        if known is None:
            known = self._tariffs[call] = tariff(self._book, call)
            self._rates.update((int(str(row["rate_id"])), row) for row in known.rates)
        return known

    def _tables(
        self, spans: Spans, resolved: Resolved, found: Lines, key_of: Index, tariffs: list[Tariff]
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
