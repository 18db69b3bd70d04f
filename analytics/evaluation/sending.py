"""Sending evaluation events to a server, as OTLP over HTTP: a server reads events and starts without a client."""

from collections.abc import Iterable
from itertools import islice

import httpx
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest, ExportLogsServiceResponse

from analytics.evaluation.events import Event, export_request
from analytics.evaluation.inputs import EvaluationError

_RECORDS = 500
"""Of one request."""
_OK = 200


class NotTold(EvaluationError):
    """A server did not take the events; says what it said."""


def told(events: Iterable[Event], url: str, client: httpx.Client) -> int:
    """Send events to an OTLP/HTTP address; returns how many, or raises :class:`NotTold`."""
    count = 0
    remaining = iter(events)
    while block := list(islice(remaining, _RECORDS)):
        send(export_request(block), url, client)
        count += len(block)
    return count


def send(request: ExportLogsServiceRequest, url: str, client: httpx.Client) -> None:
    """Send one request to an OTLP/HTTP address; raises :class:`NotTold`."""
    address = f"{url.rstrip('/')}/v1/logs"
    try:
        answer = client.post(
            address, content=request.SerializeToString(), headers={"content-type": "application/x-protobuf"}
        )
    except httpx.HTTPError as error:
        raise NotTold(
            f"{address}: {type(error).__name__} {error}; expected the OTLP/HTTP address of a server"
        ) from error
    if answer.status_code != _OK:
        raise NotTold(f"{address}: HTTP {answer.status_code}; expected the OTLP/HTTP address of a server")
    try:
        partial = ExportLogsServiceResponse.FromString(answer.content).partial_success
    except DecodeError as error:
        raise NotTold(f"{address}: no OTLP answer ({error}); expected the OTLP/HTTP address of a server") from error
    if partial.rejected_log_records:
        raise NotTold(f"{address}: {partial.rejected_log_records} results were rejected: {partial.error_message}")
