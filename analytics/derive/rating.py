"""Ledger lines: usage x price, in one set-based pass, exact in decimals.

Prices are looked up once per distinct (provider, model, service tier, region); dates, times of day and context bands
are the join's business (``queries/derive_rate.sql``). A line nobody can price stays, unpriced, with its reason.
"""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.derive.quantities import CLASSES, Lines, lines
from analytics.derive.resolve import Resolved, innermost
from analytics.derive.spans import Spans
from analytics.derive.tree import Index
from analytics.prices import PriceBook, PriceKey, UnpricedReason
from collector.dialects.usage_classes import UsageClass
from collector.normalise.combinations import combinations
from collector.normalise.hashing import Keys, tuple_key
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics")
_KEY_COLUMNS = ("provider", "response_model", "request_model", "service_tier", "region")
_REMEMBERED = 20_000
"""Distinct calls whose prices are kept at hand."""
_UNIT_PRICE = pa.decimal128(19, 15)
_PRICES = pa.schema(
    [
        ("key", pa.int32()),
        ("usage_class", pa.string()),
        ("rate_id", pa.uint64()),
        ("unit_price_usd", _UNIT_PRICE),
        ("effective_from", pa.timestamp("us")),
        ("effective_until", pa.timestamp("us")),
        ("context_above", pa.int64()),
        ("context_until", pa.int64()),
        ("tod_start_s", pa.int32()),
        ("tod_end_s", pa.int32()),
    ]
)
_UNPRICED = pa.schema(
    [
        ("key", pa.int32()),
        ("usage_class", pa.string()),
        ("rate_id", pa.uint64()),
        ("out_of_context_id", pa.uint64()),
    ]
)
_RATES = pa.schema(
    [
        ("rate_id", pa.uint64()),
        ("provider", pa.string()),
        ("model", pa.string()),
        ("service_tier", pa.string()),
        ("usage_class", pa.string()),
        ("price_id", pa.string()),
        ("unit_price_usd", _UNIT_PRICE),
        ("status", pa.string()),
        ("reason", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class _Tariff:
    """What is known about one distinct call: its candidate prices and what its lines are when none fits."""

    prices: tuple[dict[str, object], ...]
    unpriced: tuple[dict[str, object], ...]
    per_request: bool
    """Whether the provider bills a fee for each request."""


class Rater:
    """Rates lines by a price book; remembers what it looked up and which rates the store has."""

    def __init__(self, store: Store, book: PriceBook) -> None:
        """The book is the one in force; a changed book wants a new rater."""
        self._store = store
        self._book = book
        self._tariffs: dict[tuple[str | None, ...], _Tariff] = {}
        self._rates: dict[int, dict[str, object]] = {}
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
                "quantity": pa.array(found.quantity),
                "cost_usd": rated["cost_usd"],
            }
        )

    def _out_of_context(self, rated: pa.Table, tables: dict[str, pa.Table]) -> Keys:
        """Rates of all lines, with the true reason where a price was in force and the prompt too long for it."""
        rates: Keys = rated["rate_id"].to_numpy()
        gaps = tables["lines"].filter(pc.is_null(rated["cost_usd"]))
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
        rows = [self._rates[key] for key in self._used - self._written]
        return pa.Table.from_pylist(rows, schema=_RATES)

    def written(self) -> None:
        """The new rates are committed."""
        self._written.update(self._used)

    def _keys(self, spans: Spans, at: Index) -> tuple[Index, list[_Tariff]]:
        """Number of the tariff of every span (-1 where nothing is billed), and the tariffs."""
        columns = [spans.table[name].take(pa.array(at)).combine_chunks() for name in _KEY_COLUMNS]
        codes = combinations(columns, len(at))
        _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
        distinct = zip(*(column.take(pa.array(first)).to_pylist() for column in columns), strict=True)
        key_of = np.full(len(spans), -1, np.int64)
        key_of[at] = inverse.reshape(-1)
        return key_of, [self._tariff(words) for words in distinct]

    def _tariff(self, words: tuple[str | None, ...]) -> _Tariff:
        known = self._tariffs.get(words)
        if known is None:
            known = self._tariffs[words] = self._look_up(words)
        return known

    def _look_up(self, words: tuple[str | None, ...]) -> _Tariff:
        """The response's model decides; where no list knows it, the model that was asked for."""
        provider, response_model, request_model, tier, region = words
        candidates = [PriceKey(provider, name, tier, region) for name in (response_model, request_model) if name]
        key = next((one for one in candidates if self._book.resolve(one).prices), None)
        key = key or (candidates or [PriceKey(provider, None, tier, region)])[0]
        records = list(self._book.rows_for([key]))
        prices: list[dict[str, object]] = [
            {
                "usage_class": str(record.usage_class),
                "rate_id": self._rate_id(key, record.usage_class, record.price_id, record.unit_price_usd, None),
                "unit_price_usd": record.unit_price_usd,
                "effective_from": record.effective_from and record.effective_from.replace(tzinfo=None),
                "effective_until": record.effective_until and record.effective_until.replace(tzinfo=None),
                "context_above": record.context_above,
                "context_until": record.next_context_above,
                "tod_start_s": record.tod_start_s,
                "tod_end_s": record.tod_end_s,
            }
            for record in records
        ]
        priced = {record.usage_class for record in records}
        reason = self._book.resolve(key).reason
        unpriced: list[dict[str, object]] = [
            {
                "usage_class": str(name),
                "rate_id": self._rate_id(key, name, None, None, reason or _gap(name in priced)),
                "out_of_context_id": self._rate_id(key, name, None, None, UnpricedReason.NO_PRICE_FOR_CONTEXT),
            }
            for name in CLASSES
        ]
        return _Tariff(tuple(prices), tuple(unpriced), UsageClass.REQUESTS in priced)

    def _rate_id(
        self,
        key: PriceKey,
        usage_class: UsageClass,
        price_id: str | None,
        unit_price_usd: Decimal | None,
        reason: UnpricedReason | None,
    ) -> int:
        row: dict[str, object] = {
            "provider": key.provider,
            "model": key.model,
            "service_tier": key.service_tier,
            "usage_class": str(usage_class),
            "price_id": price_id,
            "unit_price_usd": unit_price_usd,
            "status": "unpriced" if price_id is None else "priced",
            "reason": None if reason is None else str(reason),
        }
        rate_id = tuple_key(tuple(None if value is None else str(value) for value in row.values()))
        self._rates[rate_id] = {"rate_id": rate_id} | row
        return rate_id

    def _tables(
        self, spans: Spans, resolved: Resolved, found: Lines, key_of: Index, tariffs: list[_Tariff]
    ) -> dict[str, pa.Table]:
        words = pa.array([str(name) for name in CLASSES])
        started = spans.table["started_at"].take(pa.array(found.at)).cast(pa.timestamp("us"), safe=False)
        wanted = pa.table(
            {
                "line": pa.array(np.arange(len(found.at))),
                "key": pa.array(key_of[found.at], pa.int32()),
                "usage_class": words.take(pa.array(found.usage_class)),
                "quantity": pa.array(found.quantity),
                "started_at": started,
                "prompt_tokens": pa.array(resolved.bills["input_tokens"][found.at]),
            }
        )
        prices = [{"key": key} | row for key, tariff in enumerate(tariffs) for row in tariff.prices]
        unpriced = [{"key": key} | row for key, tariff in enumerate(tariffs) for row in tariff.unpriced]
        return {
            "lines": wanted,
            "prices": pa.Table.from_pylist(prices, schema=_PRICES),
            "unpriced": pa.Table.from_pylist(unpriced, schema=_UNPRICED),
        }


def _gap(has_prices: bool) -> UnpricedReason:  # noqa: FBT001 - reads as the question it answers
    return UnpricedReason.NO_PRICE_AT_INSTANT if has_prices else UnpricedReason.NO_PRICE_FOR_USAGE_CLASS


def _with_request_fees(found: Lines, key_of: Index, tariffs: list[_Tariff]) -> Lines:
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
