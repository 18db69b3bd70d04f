"""The rows of spans that name a model, a provider response or billed usage."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from collector.decode.frame import Ints
from collector.decode.pivot import Pivot
from collector.dialects.fields import OTHER_USAGE_COLUMNS
from collector.dialects.finishes import finish_of_all
from collector.dialects.providers import provider_word
from collector.normalise.events import EventFacts
from collector.normalise.hashing import text_keys
from collector.normalise.usage import STATUSES, Usage

_MONEY = pa.decimal128(38, 15)
_LARGEST_MONEY = 1e12
_TEXTS = ("request_model", "response_model", "response_id", "service_tier", "system_fingerprint", "finish_reasons")


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that is known of the spans of a frame, each part with one entry per span."""

    spans: Pivot
    usage: Usage
    facts: EventFacts
    region: pa.Array


def call_table(rows: Ints, told: Told) -> pa.Table:
    """One row per position in ``rows``; column ``row`` says which span it is."""
    at = pa.array(rows)
    spans, usage = told.spans, told.usage
    columns = {name: spans.text(name).take(at) for name in _TEXTS}
    columns["row"] = at
    columns["finish_reason"] = finishes(columns["finish_reasons"])
    columns["provider"] = providers(spans.text("provider").take(at))
    columns["region"] = pc.coalesce(spans.text("region"), told.region).take(at)
    columns["response_key"] = _response_keys(columns["response_id"])
    columns["usage_status"] = _words(usage.status[rows], [str(status) for status in STATUSES])
    contract = np.where(usage.with_cache, usage.exclusive, -1).astype(np.int8)[rows]
    columns["convention"] = _words(contract, ["inclusive", "exclusive"])
    for name, (values, known) in usage.tokens.items():
        columns[name] = pa.array(values[rows], mask=~known[rows])
    columns["other_usage"] = _other_usage(spans, rows)
    columns["ttft_ms"] = _first_token(spans, told.facts, rows)
    columns["reported_cost_usd"] = _reported_cost(spans, usage, rows)
    return pa.table(columns)


def providers(raw: pa.Array) -> pa.Array:
    """Providers by the conventions' words."""
    encoded = raw.dictionary_encode()
    words = pa.array([provider_word(word) for word in encoded.dictionary.to_pylist()], pa.string())
    return words.take(encoded.indices)


def finishes(reasons: pa.Array) -> pa.Array:
    """How calls ended, in our words."""
    encoded = reasons.dictionary_encode()
    words = pa.array(map(finish_of_all, encoded.dictionary.to_pylist()), pa.string())
    return pa.DictionaryArray.from_arrays(encoded.indices, words)


def _response_keys(ids: pa.Array) -> pa.Array:
    """Keys that join copies of one call."""
    return pa.array(text_keys(ids.fill_null("")), pa.uint64(), mask=ids.is_null().to_numpy(zero_copy_only=False))


def _words(codes: npt.NDArray[np.int8], words: list[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int8), mask=codes < 0), pa.array(words))


def _other_usage(spans: Pivot, rows: Ints) -> pa.Array:
    """Billed quantities without a column, as one small json object; null when there are none."""
    found: dict[int, dict[str, int]] = {}
    for column in OTHER_USAGE_COLUMNS:
        numbers = spans.numbers.get(column.name)
        if numbers is None:
            continue
        for i in np.flatnonzero(numbers.known[rows]):
            found.setdefault(int(i), {})[column.name.removeprefix("usage_")] = int(numbers.values[rows[i]])
    if not found:
        return pa.nulls(len(rows), pa.string())
    return pa.array([orjson.dumps(found[i]).decode() if i in found else None for i in range(len(rows))], pa.string())


def _first_token(spans: Pivot, facts: EventFacts, rows: Ints) -> pa.Array:
    sent = spans.number("ttft_ms")
    values = np.where(sent.known, sent.values.astype(np.float64), facts.first_token_ms)[rows]
    return pa.array(values, mask=np.isnan(values))


def _reported_cost(spans: Pivot, usage: Usage, rows: Ints) -> pa.Array:
    """What the emitter thinks it cost; a zero beside tokens is how emitters say that they do not know."""
    sent = spans.number("reported_cost_usd")
    values = sent.values.astype(np.float64)[rows]
    unknown = ~sent.known[rows] | ((values == 0) & usage.known[rows]) | (np.abs(values) >= _LARGEST_MONEY)
    return pa.array(np.where(unknown, 0, values), mask=unknown).cast(_MONEY, safe=False)
