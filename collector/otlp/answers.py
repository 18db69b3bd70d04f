"""What a sender is told: the status of every outcome in both protocols, and the bodies that go with it.

A refusal is a ``google.rpc.Status`` in the encoding of the request. A sender whose encoding we do not read gets JSON,
because it is most likely a person with curl. Only 503 / UNAVAILABLE invites a retry, and then always with a delay.

>>> refusal_body(Malformed("cut_off", "the body is cut off"), as_json=True)
b'{"code":3,"message":"the body is cut off"}'
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

import orjson
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status

from collector.otlp.refusals import HeadersTooLarge, TooSlow, UnknownPath, Unsupported, WrongMethod
from collector.otlp.schema import RESPONSE
from collector.signals import Malformed, Overloaded, Receipt, Refused, Signal, TooLarge


class Code(NamedTuple):
    """One outcome in HTTP and in gRPC."""

    http: int
    grpc: int


INVALID_ARGUMENT, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNIMPLEMENTED, UNAVAILABLE = 3, 4, 8, 12, 14
"""``google.rpc.Code`` numbers."""

CODES: Mapping[type[Refused], Code] = {
    Malformed: Code(400, INVALID_ARGUMENT),
    UnknownPath: Code(404, UNIMPLEMENTED),
    WrongMethod: Code(405, UNIMPLEMENTED),
    TooSlow: Code(408, DEADLINE_EXCEEDED),
    TooLarge: Code(413, RESOURCE_EXHAUSTED),
    Unsupported: Code(415, INVALID_ARGUMENT),
    HeadersTooLarge: Code(431, RESOURCE_EXHAUSTED),
    Overloaded: Code(503, UNAVAILABLE),
}
"""Every way to be refused. RESOURCE_EXHAUSTED never comes with RetryInfo, which would make it retryable."""

_REJECTED_FIELDS = {
    Signal.TRACES: ("rejected_spans", "rejectedSpans"),
    Signal.LOGS: ("rejected_log_records", "rejectedLogRecords"),
    Signal.METRICS: ("rejected_data_points", "rejectedDataPoints"),
}
_MESSAGE_CHARACTERS = 1_000
"""Exporters read answers without bound, so ours stay small."""


def code(refused: Refused) -> Code:
    """The statuses of a refusal; a subclass answers as its parent."""
    return next(CODES[kind] for kind in type(refused).__mro__ if kind in CODES)


def retry_after_s(refused: Refused) -> int | None:
    """Whole seconds to wait, at least 1; None when a retry would be refused again."""
    return max(1, math.ceil(refused.retry_after_s)) if isinstance(refused, Overloaded) else None


def retry_info(refused: Refused) -> RetryInfo | None:
    """The delay as gRPC clients read it, to the millisecond; None when a retry would be refused again."""
    if not isinstance(refused, Overloaded):
        return None
    delay = Duration()
    delay.FromMilliseconds(max(1, math.ceil(refused.retry_after_s * 1_000)))
    return RetryInfo(retry_delay=delay)


def status(refused: Refused) -> Status:
    """A refusal as ``google.rpc.Status``."""
    answer = Status(code=code(refused).grpc, message=refused.message[:_MESSAGE_CHARACTERS])
    if info := retry_info(refused):
        answer.details.add().Pack(info)
    return answer


def refusal_body(refused: Refused, *, as_json: bool) -> bytes:
    """The serialized :func:`status`."""
    if not as_json:
        return status(refused).SerializeToString()  # type: ignore[no-any-return] # generated code without types
    answer: dict[str, object] = {"code": code(refused).grpc, "message": refused.message[:_MESSAGE_CHARACTERS]}
    if info := retry_info(refused):
        delay = info.retry_delay.ToJsonString()
        answer["details"] = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}]
    return orjson.dumps(answer)


def success_body(signal: Signal, receipt: Receipt, warning: str = "", *, as_json: bool) -> bytes:
    """The ``Export*ServiceResponse``: empty when everything is kept, else a partial success that says what is not.

    >>> success_body(Signal.TRACES, Receipt(received=3, stored=2, rejected={"zero_trace_id": 1}), as_json=True)
    b'{"partialSuccess":{"rejectedSpans":"1","errorMessage":"1 of 3 not kept: zero_trace_id 1"}}'
    """
    rejected, message = receipt.rejected_count, _partial_message(receipt, warning)
    if not rejected and not message:
        return b"{}" if as_json else b""
    field, json_field = _REJECTED_FIELDS[signal]
    if as_json:
        return orjson.dumps({"partialSuccess": {json_field: str(rejected), "errorMessage": message}})
    answer = RESPONSE[signal](partial_success={field: rejected, "error_message": message})
    return answer.SerializeToString()  # type: ignore[no-any-return] # generated code without types


def _partial_message(receipt: Receipt, warning: str) -> str:
    if not receipt.rejected_count:
        return warning
    reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(receipt.rejected.items()) if count)
    kept = f"{receipt.rejected_count} of {receipt.received} not kept: {reasons}"
    return f"{kept}; {warning}"[:_MESSAGE_CHARACTERS] if warning else kept[:_MESSAGE_CHARACTERS]
