"""Vectors that spans tell in an attribute, out of the requests they came in: a sample of each block.

A vector is a list of numbers, or such a list as JSON text; of several lengths the most frequent one is kept, since
vectors of another model cannot be compared.
"""

import logging
from collections import Counter
from collections.abc import Iterator

import numpy as np
import orjson
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from analytics.drift.embeddings import Cloud
from analytics.drift.stream import Key, Stream
from analytics.drift.windows import Compared
from analytics.notation import NS_PER_S
from analytics.questions import Window
from collector.decode.plain import plain
from collector.intake.unit import unpacked
from collector.store import Store, queries_of

_log = logging.getLogger(__name__)
EMBEDDING = Key("embedding", "all", "")
_PAYLOADS = queries_of("analytics.drift")["drift_payloads"]
_REQUESTS, _VECTORS = 4, 50
"""Of a block."""
_LONGEST = 8_192
"""Numbers of a vector; a longer list is no embedding."""


def embedding_stream(store: Store, compared: Compared, attribute: str) -> Stream | None:
    """The vectors of an attribute as a stream; None where no span tells one."""
    found: dict[int, list[list[float]]] = {}
    first = 0
    for period in compared.periods:
        for at_ns, vector in _told(store, period, compared, attribute):
            block = (at_ns - period.start_ns) // (compared.block_s * NS_PER_S)
            kept = found.setdefault(first + block, [])
            if 0 <= block < compared.blocks(period) and len(kept) < _VECTORS:
                kept.append(vector)
        first += compared.blocks(period)
    lengths = Counter(len(vector) for kept in found.values() for vector in kept)
    if not lengths:
        return None
    width = lengths.most_common(1)[0][0]
    rows = [(block, vector) for block, kept in sorted(found.items()) for vector in kept if len(vector) == width]
    cloud = Cloud(np.array([vector for _, vector in rows]), np.array([block for block, _ in rows]))
    layout = compared.layout()
    counts = np.bincount(cloud.block, minlength=len(layout.current)).astype(np.int64)[:, None]
    return Stream(EMBEDDING, layout, counts, np.array(["vector"]), cloud)


def _told(store: Store, period: Window, compared: Compared, attribute: str) -> Iterator[tuple[int, list[float]]]:
    asked = {
        "start_ns": period.start_ns,
        "until_ns": period.until_ns,
        "block_ns": compared.block_s * NS_PER_S,
        "most": _REQUESTS,
    }
    for payload in store.run(_PAYLOADS, asked).to_pylist():
        try:
            body = unpacked(payload["body"], payload["raw_bytes"], codec=payload["codec"])
            request = ExportTraceServiceRequest.FromString(body)
        except (DecodeError, OSError, ValueError) as error:
            _log.warning("a stored request cannot be read, so its vectors are not compared: %s", error)
            continue
        for resource in request.resource_spans:
            for scope in resource.scope_spans:
                for span in scope.spans:
                    values = [plain(pair.value) for pair in span.attributes if pair.key == attribute]
                    vector = _vector(values[-1]) if values else None
                    if vector is not None:
                        yield span.start_time_unix_nano, vector


def _vector(value: object) -> list[float] | None:
    """Read a vector; None for what is none.

    >>> _vector("[0.5, 1]"), _vector([1, 2.5]), _vector("words"), _vector([]), _vector([True])
    ([0.5, 1.0], [1.0, 2.5], None, None, None)
    """
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return None
    if not isinstance(value, list) or not 0 < len(value) <= _LONGEST:
        return None
    return [float(one) for one in value] if all(type(one) in {int, float} for one in value) else None
