"""Small builders of what the store keeps."""

from typing import Any

import pyarrow as pa

from collector.intake.repeats import uuid_array
from collector.store import DuckDBStore, Query, Step

_NS = pa.timestamp("ns")


def group(number: int, *, content: bytes = b"") -> dict[str, pa.Table]:
    """One batch with its payload."""
    common = {"batch_seq": [number], "received_at": pa.array([number], pa.int64()).cast(_NS), "signal": ["traces"]}
    ids = uuid_array([number.to_bytes(16, "big")])
    batch = common | {"batch_id": ids} | {name: [1] for name in ("received", "stored")}
    batch |= {name: [0] for name in ("duplicate", "rejected")}
    payload = common | {"codec": ["zstd"], "raw_bytes": [len(content)], "body": pa.array([content], pa.large_binary())}
    return {"batches": pa.table(batch), "payloads": pa.table(payload)}


def asked(store: DuckDBStore, sql: str, **params: Any) -> list[dict[str, Any]]:
    return store.run(Query("asked", sql), params).to_pylist()


def numbers(store: DuckDBStore) -> list[int]:
    """Batches that are stored."""
    return [row["batch_seq"] for row in asked(store, "select batch_seq from batches order by batch_seq")]


def step(sql: str, **params: Any) -> Step:
    return Step(Query("step", sql), params)
