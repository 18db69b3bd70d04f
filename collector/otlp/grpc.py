"""OTLP over gRPC: the three Export methods on raw bytes, so that the limits are checked before anything is parsed.

The methods are registered as client-streaming ones of which one message is read. On the wire that is the same as
unary, and the handler then runs before the message is complete: so it can set a deadline for it, and it sees, and
counts, the messages that gRPC itself refuses for their size.
"""

import asyncio
from functools import partial
from typing import Any, NoReturn

import grpc
import grpc.aio

from collector.otlp.answers import code, retry_info, status, success_body
from collector.otlp.body import Wire
from collector.otlp.limits import Limits
from collector.otlp.receiver import Receiver
from collector.otlp.refusals import TooSlow
from collector.otlp.schema import SERVICE
from collector.signals import Malformed, Refused, Signal

_CODES = {member.value[0]: member for member in grpc.StatusCode}


def options(limits: Limits) -> list[tuple[str, int]]:
    """Channel arguments of the server; the size limit holds after decompression too."""
    return [
        ("grpc.max_receive_message_length", limits.body_bytes),
        ("grpc.max_concurrent_streams", limits.grpc_streams),
        ("grpc.max_metadata_size", limits.header_bytes),
        ("grpc.absolute_max_metadata_size", limits.header_bytes),
        ("grpc.so_reuseport", 0),  # two servers on one port would share the traffic in silence
    ]


class ExportHandlers(grpc.GenericRpcHandler):  # type: ignore[misc] # grpc publishes no types
    """The Export method of each signal; any other method is UNIMPLEMENTED and counted."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._methods = {
            f"/{service}/Export": grpc.stream_unary_rpc_method_handler(partial(_export, receiver, signal))
            for signal, service in SERVICE.items()
        }

    def service(self, handler_call_details: Any) -> Any:  # noqa: ANN401 - grpc publishes no types
        """The handler of a method, None for one that we do not have."""
        method = self._methods.get(handler_call_details.method)
        if method is None:
            self._receiver.count_refused(None, "unknown_method")
        return method


async def _export(receiver: Receiver, signal: Signal, _: object, context: Any) -> bytes:  # noqa: ANN401 - as above
    try:
        with receiver.held.share() as share:
            message = await _message(context, receiver.limits)
            share.hold(len(message))
            receipt, warning = await receiver.keep(Wire(signal, message), share)
            return success_body(signal, receipt, warning, as_json=False)
    except asyncio.CancelledError:
        receiver.count_refused(signal, "disconnected")
        raise
    except Exception as error:  # noqa: BLE001 - whatever happens, the sender gets a status and the count a reason
        refused = receiver.refuse(signal, error)
    return await _abort(context, refused)


async def _message(context: Any, limits: Limits) -> bytes:  # noqa: ANN401 - as above
    """The one message of a request, inflated by gRPC within its limit."""
    try:
        async with asyncio.timeout(limits.body_timeout_s):
            message = await context.read()
    except TimeoutError:
        raise TooSlow("body_timeout", f"no message arrived within {limits.body_timeout_s} s: send it faster") from None
    if message is grpc.aio.EOF:
        raise Malformed("no_message", f"no message of at most {limits.body_bytes} bytes arrived: send smaller batches")
    return message  # type: ignore[no-any-return] # bytes, since no deserializer is set


async def _abort(context: Any, refused: Refused) -> NoReturn:  # noqa: ANN401 - as above
    """End the request with its status, the whole ``google.rpc.Status``, and the delay where exporters look for it."""
    trailers = [("grpc-status-details-bin", status(refused).SerializeToString())]
    if info := retry_info(refused):
        trailers.append(("google.rpc.retryinfo-bin", info.SerializeToString()))
    await context.abort(_CODES[code(refused).grpc], refused.message[:1000], tuple(trailers))
    raise AssertionError("abort returned")
