"""Reading an HTTP request's body within its limits in bytes and in time."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from collector.otlp.held import Share
from collector.otlp.limits import Limits
from collector.otlp.refusals import TooSlow
from collector.signals import TooLarge

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
"""ASGI's way to hand over the next piece of a request."""


class SenderGone(Exception):
    """The connection ended before the request did; nobody is there to be answered."""


class Body:
    """The body of one request. ``finished`` tells whether all of it has been read."""

    __slots__ = ("_limits", "_receive", "finished")

    def __init__(self, receive: Receive, limits: Limits) -> None:
        self._receive = receive
        self._limits = limits
        self.finished = False

    async def read(self, share: Share) -> bytes:
        """The whole body.

        Raises :class:`TooLarge` as soon as it is, :class:`TooSlow`, :class:`SenderGone`, and
        :class:`~collector.signals.Overloaded` when all requests together hold too much.
        """
        parts: list[bytes] = []
        size = 0
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + self._limits.body_timeout_s
        try:
            async with asyncio.timeout_at(ends_at) as clock:
                while not self.finished:
                    clock.reschedule(min(ends_at, loop.time() + self._limits.idle_timeout_s))
                    part = await self._next()
                    size += len(part)
                    if size > self._limits.wire_bytes:
                        raise TooLarge("wire_bytes", f"the body is over {self._limits.wire_bytes} bytes as sent")
                    share.hold(size)
                    parts.append(part)
        except TimeoutError:
            raise TooSlow("body_timeout", f"the body stopped arriving after {size} bytes: send it faster") from None
        return parts[0] if len(parts) == 1 else b"".join(parts)

    async def drain(self) -> None:
        """Read on and keep nothing, so that a sender which writes everything first comes to see our answer."""
        left = self._limits.drain_bytes
        try:
            async with asyncio.timeout(self._limits.idle_timeout_s):
                while not self.finished and left > 0:
                    left -= len(await self._next())
        except (TimeoutError, SenderGone):
            return  # the answer is sent, to whoever may still be there, and the connection closes

    async def _next(self) -> bytes:
        message = await self._receive()
        if message["type"] != "http.request":
            raise SenderGone
        self.finished = not message.get("more_body", False)
        return bytes(message.get("body", b""))
