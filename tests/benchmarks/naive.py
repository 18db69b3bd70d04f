"""The yardstick: the shortest server that acknowledges after commit. A plain loop into columns, one table, no more.

No normalising, no rating, no roll-ups, no deduplication. What Burnline does beside it must not make it slower.
Run as ``python -m tests.benchmarks.naive DIRECTORY PORT``.
"""

import asyncio
import queue
import sys
import threading
from pathlib import Path

import duckdb
import orjson
import pyarrow as pa
import uvicorn
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

_DECODE_THREADS = 1
_COLUMNS = ("trace_id", "span_id", "parent_span_id", "name", "start_ns", "end_ns", "attributes")


def decoded(body: bytes) -> pa.Table:
    """Columns of one body, attributes as JSON text."""
    columns: dict[str, list[object]] = {name: [] for name in _COLUMNS}
    for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
        for scope in resource.scope_spans:
            for span in scope.spans:
                found = {
                    a.key: getattr(a.value, a.value.WhichOneof("value") or "string_value") for a in span.attributes
                }
                columns["trace_id"].append(span.trace_id)
                columns["span_id"].append(span.span_id)
                columns["parent_span_id"].append(span.parent_span_id)
                columns["name"].append(span.name)
                columns["start_ns"].append(span.start_time_unix_nano)
                columns["end_ns"].append(span.end_time_unix_nano)
                columns["attributes"].append(orjson.dumps(found).decode())
    return pa.table(columns)


class Naive:
    """ASGI application: body -> decode thread -> writer thread -> 200."""

    def __init__(self, directory: Path) -> None:
        """One database file in the directory."""
        self._bodies: queue.Queue[tuple[bytes, asyncio.Future[None]]] = queue.Queue()
        self._tables: queue.Queue[tuple[pa.Table, asyncio.Future[None]]] = queue.Queue()
        self._connection = duckdb.connect(str(directory / "naive.duckdb"))
        self._connection.execute(
            "create table spans (trace_id blob, span_id blob, parent_span_id blob, name varchar, start_ns bigint, "
            "end_ns bigint, attributes varchar)"
        )
        for _ in range(_DECODE_THREADS):
            threading.Thread(target=self._decode, daemon=True).start()
        threading.Thread(target=self._write, daemon=True).start()

    async def __call__(self, _: dict[str, object], receive: object, send: object) -> None:
        """Acknowledge one request after its commit."""
        body, more = b"", True
        while more:
            message = await receive()  # type: ignore[operator] - plain ASGI
            body += message.get("body", b"")
            more = message.get("more_body", False)
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._bodies.put((body, answer))
        await answer
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator] - plain ASGI
        await send({"type": "http.response.body", "body": b""})  # type: ignore[operator] - plain ASGI

    def _decode(self) -> None:
        while True:
            body, answer = self._bodies.get()
            self._tables.put((decoded(body), answer))

    def _write(self) -> None:
        while True:
            group = [self._tables.get()]
            while not self._tables.empty() and len(group) < 40:
                group.append(self._tables.get())
            self._connection.register("incoming", pa.concat_tables([table for table, _ in group]))
            self._connection.execute("insert into spans select * from incoming")
            for _, answer in group:
                answer.get_loop().call_soon_threadsafe(answer.set_result, None)


if __name__ == "__main__":
    uvicorn.run(Naive(Path(sys.argv[1])), host="127.0.0.1", port=int(sys.argv[2]), log_level="error")
