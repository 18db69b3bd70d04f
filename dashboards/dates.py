"""The ``Date`` of an answer is when it begins, not when its question came.

A long poll is answered up to a minute after it was asked. The web server stamps the answer with the instant of the
question, and a reader that takes the publisher's time from it would keep a lease for as long as it had waited too long.
"""

from collections.abc import Callable
from email.utils import formatdate

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Dated:
    """Stamps every answer; give the server that runs it ``date_header=False``."""

    def __init__(self, app: ASGIApp, clock_s: Callable[[], float]) -> None:
        """Wrap an application; ``clock_s`` is the time in seconds since 1970."""
        self._app, self._clock_s = app, clock_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stamp the answer as it begins."""

        async def stamped(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = formatdate(self._clock_s(), usegmt=True).encode()
                message = {**message, "headers": [*message.get("headers", ()), (b"date", date)]}
            await send(message)

        await self._app(scope, receive, stamped)
