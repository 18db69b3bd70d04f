"""What a body may be: what is larger or packed is refused before it is held in memory."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards.problems import problem

LARGEST_BYTES = 64 * 2**20
"""A month of a provider's daily reports is some kB; base64 makes four bytes of three."""
_PLAIN = ("", "identity")
_ASKS_FOR_PLAIN = {"Accept-Encoding": "identity", "Connection": "close"}


class LargestBody:
    """Lets plain bodies through up to a size, whether they say how long they are or not."""

    def __init__(self, app: ASGIApp, largest_bytes: int = LARGEST_BYTES) -> None:
        """Wrap an application."""
        self._app, self._largest_bytes = app, largest_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 413 for what is too large, 415 for what is packed."""
        headers = dict(scope.get("headers", ()))
        packed = headers.get(b"content-encoding", b"").decode("latin-1").strip().lower()
        if packed not in _PLAIN:
            detail = f"the body is packed by {packed!r}; expected a plain one: send it without Content-Encoding"
            await problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail, _ASKS_FOR_PLAIN)(scope, receive, send)
            return
        said = headers.get(b"content-length", b"0")
        if said.isdigit() and int(said) > self._largest_bytes:
            refusal = problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, self._why, {"Connection": "close"})
            await refusal(scope, receive, send)
            return
        await self._app(scope, self._counted(receive), send)

    def _counted(self, receive: Receive) -> Receive:
        """Count what comes without a length."""
        came_bytes = 0

        async def counted() -> Message:
            nonlocal came_bytes
            message = await receive()
            came_bytes += len(message.get("body", b""))
            if came_bytes > self._largest_bytes:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, self._why)
            return message

        return counted

    @property
    def _why(self) -> str:
        return f"the body is larger than {self._largest_bytes:,} bytes; send less at once, a bill month by month"
