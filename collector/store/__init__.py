"""Keeps what was acknowledged. The only place that knows the engine."""

from collector.store.contract import (
    Batches,
    Health,
    Lane,
    Params,
    Query,
    QueryFailed,
    Step,
    Store,
    StoreDamaged,
    StoreError,
    StoreInUse,
    StoreTooNew,
    StoreUnavailable,
    Tables,
    queries_of,
)
from collector.store.duckdb_store import DuckDBStore
from collector.store.settings import StoreSettings

__all__ = [
    "Batches",
    "DuckDBStore",
    "Health",
    "Lane",
    "Params",
    "Query",
    "QueryFailed",
    "Step",
    "Store",
    "StoreDamaged",
    "StoreError",
    "StoreInUse",
    "StoreSettings",
    "StoreTooNew",
    "StoreUnavailable",
    "Tables",
    "queries_of",
]
