"""How long things took: percentiles from log buckets.

A bucket is 2^(1/32) wide and read back at its geometric middle, so a percentile is at most 2^(1/64) - 1 = 1.09 % off
the nearest-rank percentile of the durations themselves. Counts are additive, so minutes, tenants and late spans can be
put together; stored percentiles cannot.
"""

from pydantic import Field

from analytics.grouping import flags, ordered, slice_of
from analytics.paging import page_of
from analytics.questions import LATENCY_DIMENSIONS, Dimension, ScopeParams, dimensions
from analytics.sum_shapes import LatencyAnswer, LatencyRow
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics")
ERROR_RATIO = 0.011
"""2^(1/64) - 1, rounded up."""
REQUEST_STAGE = "request"
CALL_STAGE = "model"


class LatencyParams(ScopeParams):
    """Which durations, and split by what."""

    by: str = Field("", description=f"any of {', '.join(LATENCY_DIMENSIONS)}, separated by commas; nothing: one row")
    stage: str | None = Field(
        None,
        description="`request` (the whole of it) or the kind of a span; left out: `model` when the question names a "
        "model or provider, every stage when `by` names stage, else `request`",
    )
    provider: str | None = Field(None, description="one provider; empty (`provider=`) asks for spans without one")
    limit: int = Field(500, ge=1, le=10_000, description="rows of a page")
    cursor: str | None = Field(None, description="`next` of the page before")


def latency(store: Store, params: LatencyParams, now_ns: int) -> LatencyAnswer:
    """Read percentiles by group; the window is widened to whole minutes, and the answer says so."""
    by = dimensions(params.by, LATENCY_DIMENSIONS)
    page = page_of(params, params.cursor, now_ns)
    window, stage = page.window.widened_to_minutes(), _stage(params, by)
    asked = {
        **params.scope(),
        **flags(by, LATENCY_DIMENSIONS),
        "start_ns": window.start_ns,
        "until_ns": window.until_ns,
        "stage": stage,
        "provider": params.provider,
        "model": params.model,
    }
    rows = ordered(store.run(_QUERIES["latency_groups"], asked).to_pylist(), by, lambda row: row["count"])
    wanted, following = slice_of(rows, page, params.limit)
    shown = {*by, "count", "errors", "refusals", "p50_ms", "p95_ms", "p99_ms"}
    return LatencyAnswer(
        start=window.start_ns,
        until=window.until_ns,
        by=tuple(by),
        stage=stage,
        error_ratio=ERROR_RATIO,
        rows=tuple(LatencyRow(**{name: row[name] for name in shown}) for row in wanted),
        next=following,
    )


def _stage(params: LatencyParams, by: tuple[Dimension, ...]) -> str | None:
    if params.stage is not None or Dimension.STAGE in by:
        return params.stage
    names_a_call = {Dimension.MODEL, Dimension.PROVIDER} & set(by) or params.model or params.provider
    return CALL_STAGE if names_a_call else REQUEST_STAGE
