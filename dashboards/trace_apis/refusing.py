"""Errors in the form each data source understands; what they say is what every route of the application would say.

Grafana shows the body of an error of Tempo as it is, so that is plain text. Jaeger's own answers keep their shape and
have a list of errors.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from typing import Any

import orjson
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, Response
from fastapi.routing import APIRoute

from analytics.questions import BadParameter, NotFound
from collector.store import QueryFailed, StoreUnavailable
from dashboards.trace_apis.jaeger_shapes import JaegerRefusal

_KNOWN = (BadParameter, NotFound, RequestValidationError, QueryFailed, StoreUnavailable)
_Handler = Callable[[Request], Coroutine[Any, Any, Response]]


TEMPO_RESPONSES: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "A problem, as Grafana shows it: what was found, what was expected, what to do.",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    }
}
JAEGER_RESPONSES: dict[int | str, dict[str, Any]] = {
    "default": {"description": "A problem, as Jaeger writes it.", "model": JaegerRefusal}
}


class _Route(APIRoute, ABC):
    """A route whose errors are written by :meth:`written`."""

    def get_route_handler(self) -> _Handler:
        """Wrap the handler; what nobody foresaw is left to the application."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except _KNOWN as error:
                told: Response = request.app.exception_handlers[type(error)](request, error)
                return self.written(told, orjson.loads(bytes(told.body))["detail"])

        return handled

    @abstractmethod
    def written(self, told: Response, detail: str) -> Response:
        """Write an error."""


class TempoRoute(_Route):
    """Errors as plain text."""

    def written(self, told: Response, detail: str) -> Response:
        """Write an error."""
        return PlainTextResponse(detail, told.status_code, _retry(told))


class JaegerRoute(_Route):
    """Errors as Jaeger writes them."""

    def written(self, told: Response, detail: str) -> Response:
        """Write an error."""
        errors = [{"code": told.status_code, "msg": detail}]
        body = orjson.dumps({"data": None, "total": 0, "limit": 0, "offset": 0, "errors": errors})
        return Response(body, told.status_code, _retry(told), "application/json")


def _retry(told: Response) -> dict[str, str]:
    return {"retry-after": told.headers["retry-after"]} if "retry-after" in told.headers else {}
