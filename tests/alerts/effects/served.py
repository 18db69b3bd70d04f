"""Requests at two tiers, and what was told of them."""

import numpy as np
import pyarrow as pa

from tests.analytics.stored import MINUTE, NOON, Line, Stored

BIG, SMALL = "0.00001", "0.000001"


def request(number, tier, minutes, *, tokens=1000, ms=1000, **more):
    price, model = (BIG, "big") if tier == "premium" else (SMALL, "small")
    lines = (Line(usage_class="output", quantity=tokens, unit_price_usd=price, model=model),)
    at = NOON + round(minutes * MINUTE)
    return Stored(number, tier=tier, started_at=at, duration_ns=round(ms * 10**6), lines=lines, model=model, **more)


def half_and_half(seed=1, requests=600, apart_ms=-200.0):
    """An hour at noon in which chance sends half of the requests to the smaller model, which is quicker."""
    chance = np.random.default_rng(seed)
    down = chance.uniform(size=requests) < 0.5
    ms = 1000 + chance.normal(0, 100, requests) + apart_ms * down
    failed = chance.uniform(size=requests) < 0.1
    return [
        request(
            number,
            "economy" if down[number] else "premium",
            60 * number / requests,
            tokens=1000 + number,
            ms=ms[number],
            status="error" if failed[number] else "ok",
        )
        for number in range(requests)
    ]


def evaluated(store, scores, *, name="groundedness"):
    """Tell a score of each of these requests, by number."""
    traces = [bytes.fromhex(f"{number:032x}") for number in scores]
    count = len(traces)
    columns = {
        "batch_seq": [1] * count,
        "record_index": pa.array(range(count), pa.int32()),
        "trace_id": pa.array(traces, pa.uuid()),
        "told_at": pa.array([NOON] * count, pa.timestamp("ns")),
        "measure": [name] * count,
        "value": pa.array(list(scores.values()), pa.float64()),
        "weight": pa.array([1] * count, pa.decimal128(18, 6)),
        "attribution_id": pa.array([0] * count, pa.uint64()),
    }
    store.append({"figures": pa.table(columns)})
