"""What a derivation counts for the totals that scrapes read: sums by the words of a family, and by bucket.

| family | what is counted | amount |
|---|---|---|
| ``requests``, ``degraded_requests``, ``unpriced_requests`` | complete requests | |
| ``cost`` | complete requests with a cost | USD |
| ``request_duration``, ``first_chunk`` | complete requests by bucket | nanoseconds |
| ``stage_duration``, ``stage_failures`` | spans, as they were told | nanoseconds |
| ``operation_duration`` | calls to a model, as they were told | nanoseconds |
| ``token_usage`` | calls to a model that told tokens, as they told them | tokens |
| ``line_cost``, ``line_quantity`` | ledger lines | USD, quantity |
| ``request_errors`` | complete requests that ended in an error, by its type | |
| ``refusals`` | complete requests that were given no answer | |
| ``finish_reasons`` | calls that told how they ended, as they were told | |
| ``figures`` | figures told about requests, by bucket | their values |

What was told never changes, so only requests, lines and figures are taken back. A figure counts once, whatever its
weight. What two libraries tell of one call is two spans
here; ledger lines have it once.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from analytics.derive.bounds import CALLS_MS, MEASURES, STAGES_MS, TOKENS, Bounds
from analytics.derive.finish import refused
from collector.dialects.kinds import CALL_KINDS

Named = Callable[[pa.ChunkedArray], Mapping[str, pa.Array]]
"""From attributions to ``tenant`` and ``route``."""
_AMOUNT = pa.decimal128(38, 15)
_NS_PER_MS = 1e6
_LARGEST = 1e15
"""A larger figure is a mistake, and has no place in a sum."""
_CALL = ("stage", "provider", "request_model", "model")


@dataclass(frozen=True, slots=True)
class Changed:
    """What one derivation changes; all but spans carry a sign, +1 as they are now, -1 as they were."""

    requests: pa.Table
    spans: pa.Table
    """Never derived before."""
    lines: pa.Table
    figures: pa.Table


def counted(changed: Changed, bounds: Bounds, named: Named) -> pa.Table:
    """Rows for ``queries/derive_metric_totals.sql``."""
    parts = _of_requests(changed.requests, bounds, named), _of_spans(changed.spans), _of_lines(changed.lines)
    return _moved([*chain(*parts), *_of_figures(changed.figures, named)])


def counted_figures(figures: pa.Table, named: Named) -> pa.Table:
    """The same where nothing but figures changes."""
    return _moved(list(_of_figures(figures, named)))


def _moved(found: list[pa.Table]) -> pa.Table:
    moved = pa.concat_tables(found, promote_options="permissive")
    nothing = pc.and_(pc.equal(moved["counted"], 0), pc.equal(moved["amount"], pa.scalar(0, _AMOUNT)))
    return moved.filter(pc.invert(nothing))


def _of_requests(all_requests: pa.Table, bounds: Bounds, named: Named) -> Iterator[pa.Table]:
    requests = all_requests.filter(all_requests["complete"])
    sign = requests["sign"]
    first_chunk_ns = pc.round(pc.multiply(requests["first_chunk_ms"], _NS_PER_MS))
    table = pa.table(
        {
            **named(requests["attribution_id"]),
            "status": requests["status"],
            "error_type": requests["error_type"],
            "duration": _bucket(requests["duration_ns"], bounds.requests_ms, _NS_PER_MS),
            "chunk": _bucket(requests["first_chunk_ms"], bounds.first_chunks_ms, 1.0),
            "counted": sign,
            "cost": _signed(requests["cost_usd"], sign),
            "duration_ns": pc.multiply(requests["duration_ns"], sign),
            "chunk_ns": pc.multiply(first_chunk_ns, sign),
        }
    )
    whose = ("tenant", "route")
    yield _sums("requests", table, (*whose, "status"))
    yield _sums("request_errors", table.filter(pc.equal(requests["status"], "error")), ("route", "error_type"))
    yield _sums("degraded_requests", table.filter(requests["degraded"]), whose)
    yield _sums("refusals", table.filter(refused(requests)), whose)
    unpriced = pc.is_in(requests["cost_status"], pa.array(["unpriced", "partial"]))
    yield _sums("unpriced_requests", table.filter(unpriced), whose)
    yield _sums("cost", table.filter(requests["cost_usd"].is_valid()), whose, amount="cost")
    yield _sums("request_duration", table, ("route", "status"), "duration", "duration_ns")
    streamed = pc.fill_null(pc.is_finite(requests["first_chunk_ms"]), fill_value=False)
    yield _sums("first_chunk", table.filter(streamed), ("route",), "chunk", "chunk_ns")


def _of_spans(spans: pa.Table) -> Iterator[pa.Table]:
    asked, answered = spans["request_model"], spans["response_model"]
    table = pa.table(
        {
            "stage": spans["kind"],
            "provider": spans["provider"],
            "request_model": pc.coalesce(asked, answered),
            "model": pc.coalesce(answered, asked),
            "duration_ns": spans["duration_ns"],
            "duration": _bucket(spans["duration_ns"], STAGES_MS, _NS_PER_MS),
            "call": _bucket(spans["duration_ns"], CALLS_MS, _NS_PER_MS),
            "input_tokens": spans["input_tokens"],
            "output_tokens": spans["output_tokens"],
            "input": _bucket(spans["input_tokens"], TOKENS, 1.0),
            "output": _bucket(spans["output_tokens"], TOKENS, 1.0),
            "finish_reason": spans["finish_reason"],
            "counted": pa.array(np.ones(spans.num_rows, np.int64)),
        }
    )
    yield _sums("stage_duration", table, ("stage",), "duration", "duration_ns")
    yield _sums("stage_failures", table.filter(pc.equal(spans["status"], "error")), ("stage",))
    calls = table.filter(pc.is_in(spans["kind"], pa.array(sorted(CALL_KINDS))))
    yield _sums("operation_duration", calls, _CALL, "call", "duration_ns")
    yield _sums("finish_reasons", calls.filter(calls["finish_reason"].is_valid()), (*_CALL, "finish_reason"))
    for token_type in ("input", "output"):
        told = calls.filter(calls[f"{token_type}_tokens"].is_valid())
        sums = _sums("token_usage", told, _CALL, token_type, f"{token_type}_tokens")
        yield sums.append_column("token_type", _same(token_type, sums))


def _of_lines(lines: pa.Table) -> Iterator[pa.Table]:
    sign = lines["sign"]
    table = pa.table(
        {
            "rate_id": lines["rate_id"],
            "purpose": lines["purpose"],
            "counted": sign,
            "cost": _signed(lines["cost_usd"], sign),
            "quantity": pc.multiply(lines["quantity"], sign),
        }
    )
    yield _sums("line_cost", table.filter(lines["cost_usd"].is_valid()), ("rate_id", "purpose"), amount="cost")
    yield _sums("line_quantity", table, ("rate_id",), amount="quantity")


def _of_figures(all_figures: pa.Table, named: Named) -> Iterator[pa.Table]:
    told = all_figures["value"]
    countable = pc.fill_null(pc.less(pc.abs(told), _LARGEST), fill_value=False)
    figures = all_figures.filter(countable)
    sign, value = figures["sign"], figures["value"]
    table = pa.table(
        {
            "route": named(figures["attribution_id"])["route"],
            "measure": figures["measure"],
            "bucket": _bucket(value, MEASURES, 1.0),
            "counted": sign,
            "amount": _signed(pc.round(value, 9).cast(_AMOUNT), sign),
        }
    )
    yield _sums("figures", table, ("route", "measure"), "bucket", "amount")


def _sums(
    family: str, table: pa.Table, words: tuple[str, ...], bound: str | None = None, amount: str | None = None
) -> pa.Table:
    keys = [*words, *([bound] if bound else [])]
    sums = table.group_by(keys).aggregate([("counted", "sum"), *([(amount, "sum")] if amount else [])])
    columns = {word: sums[word] for word in words} | ({"bound": sums[bound]} if bound else {})
    zero = pa.array(np.zeros(sums.num_rows, np.int64))
    amounts = sums[f"{amount}_sum"] if amount else zero
    return pa.table(
        {"family": _same(family, sums), **columns, "counted": sums["counted_sum"], "amount": amounts.cast(_AMOUNT)}
    )


def _same(word: str, table: pa.Table) -> pa.Array:
    return pa.repeat(word, table.num_rows)


def _signed(amounts: pa.ChunkedArray, sign: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.if_else(pc.greater(sign, 0), amounts, pc.negate(amounts))


def _bucket(values: pa.ChunkedArray, bounds: Any, unit: float) -> pa.Array:  # noqa: ANN401 - numbers in a sequence
    """The bound at or above each value, infinity above them all; of what is null, any."""
    known = pc.fill_null(values.cast(pa.float64()), 0.0).to_numpy()
    upper: npt.NDArray[np.float64] = np.array([*bounds, np.inf])
    return pa.array(upper[np.searchsorted(upper * unit, known, side="left")])
