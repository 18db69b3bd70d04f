"""Every limit of the OTLP edge in one table, each with the reason for its figure.

A request over a limit is answered with the status the protocol has for it (413 / RESOURCE_EXHAUSTED for size, 400 /
INVALID_ARGUMENT for shape, 408 for slowness, 431 for headers, 503 / UNAVAILABLE for load) and counted under a reason.

>>> Limits().records
100000
>>> [name for name, value, why in table(Limits(records=5)) if value == 5]
['records']
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

MIB = 1 << 20


def _limit(default: float, why: str) -> Any:  # noqa: ANN401 - a dataclass field stands in for its value
    return field(default=default, metadata={"why": why})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request, and all requests together, may cost. Names end in their unit; bare nouns are counts."""

    body_bytes: int = _limit(64 * MIB, "one request after decompression; the protocol recommends 64 MiB")
    wire_bytes: int = _limit(64 * MIB, "one request as sent; compression never needs more than the body itself")
    held_bytes: int = _limit(
        512 * MIB, "all requests together, from the first byte received until they are answered; keeps us under 1 GiB"
    )
    records: int = _limit(
        100_000, "spans, log records or data points in one request: two bytes make a span and a span costs 176 B parsed"
    )
    sub_records: int = _limit(
        2_000_000, "attributes, events, links and nested values in one request: up to 88 B each when parsed, so 176 MB"
    )
    deep_walk_bytes: int = _limit(
        4_000_000,
        "a body this small cannot hold more than sub_records of two bytes each, so only its records are counted",
    )
    fields: int = _limit(
        4_000_000, "fields looked at while counting sub-records, so that counting itself ends: 0.2 to 0.7 us each"
    )
    depth: int = _limit(100, "messages within messages, as in the protobuf parser: 47 lists within lists")
    json_values: int = _limit(2_000_000, "objects, lists and members of a JSON body: up to 232 B each when parsed")
    encoded_members: int = _limit(16, "gzip members or zstd frames in one body: exporters send one")
    zstd_window_log: int = _limit(23, "window a zstd frame may ask for, 8 MiB: what RFC 9659 allows on the web")
    headers: int = _limit(100, "headers of one HTTP request; baggage has been used to send thousands")
    header_bytes: int = _limit(32 * 1024, "request line and headers; also the most we buffer before they are complete")
    connections: int = _limit(1_000, "open HTTP connections; a sender keeps one")
    grpc_streams: int = _limit(32, "gRPC requests at the same time on one connection; an exporter sends one at a time")
    header_timeout_s: float = _limit(10.0, "from the first byte, or the connection, to the end of the headers")
    idle_timeout_s: float = _limit(10.0, "between two pieces of a body; the exporters' own deadline is 10 s")
    body_timeout_s: float = _limit(60.0, "for a whole body: 64 MiB at 1 MiB/s")
    keep_alive_s: float = _limit(75.0, "between two requests; longer than the 5 s and 60 s rhythms of exporters")
    drain_bytes: int = _limit(
        128 * MIB,
        "read and thrown away after an early refusal, so that a sender which writes first still sees the answer",
    )
    retry_after_s: float = _limit(1.0, "suggested when the edge itself is busy; exporters give up after 10 s in all")


def table(limits: Limits) -> Iterator[tuple[str, int | float, str]]:
    """Name, value and reason of every limit, for the configuration reference."""
    for row in fields(limits):
        yield row.name, getattr(limits, row.name), row.metadata["why"]
