"""Errors as RFC 9457 problem details: what was found, what was expected, what to do next.

BadParameter, RequestValidationError   400   names the parameter, the value and what would do
NotFound, an unknown path              404
NoSuchPeriod, NoSuchCharge, NoBill     404
LedgerError, Refused, EditionError, DeliveryError, Conflict   409   as things stand; an unreadable bill is 400
StoreUnavailable                       503   with Retry-After
QueryFailed                            500   503 when it was interrupted for taking too long
anything else                          500   the log has the traceback, the answer has not
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.routing import Match

from analytics.changes.markers import Conflict
from analytics.delivery.places import DeliveryError
from analytics.ledger.errors import LedgerError, NoSuchCharge, NoSuchPeriod
from analytics.prices.editions import EditionError
from analytics.questions import BadParameter, NotFound
from analytics.reconciliation.refusals import BillRefused, NoBill, Refused
from collector.store import QueryFailed, StoreUnavailable

REFUSALS: tuple[type[Exception], ...] = (LedgerError, Refused, EditionError, DeliveryError, Conflict)
"""What cannot be done as things stand; the message says why, and what to do."""
_LONGEST_TEXT = 2_000
_LONGEST_VALUE = 200
_DEMANDS = ("be ", "not be ", "have ", "match ", "stand ")
_IN_JSON = {
    "model_attributes_type": "be a JSON object",
    "tuple_type": "be a list",
    "list_type": "be a list",
    "int_parsing": "be a whole number",
    "int_type": "be a whole number",
    "int_from_float": "be a whole number",
    "bool_parsing": "be true or false",
    "string_type": "be text",
    "uuid_parsing": "be 32 hex digits",
}
"""What Pydantic says in words of Python."""
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_UNREADABLE = "There was an error parsing the body"
"""What FastAPI says of a body that is no text, nested without end, or has a number of thousands of digits."""
_NO_JSON = (
    "the body cannot be read: it is no UTF-8, is nested too deeply, or has a number that is too long; "
    "expected: a JSON object in UTF-8"
)
MEDIA_TYPE = "application/problem+json"


class ProblemDetails(BaseModel):
    """Why a question was not answered (RFC 9457)."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    type: str = "about:blank"
    """about:blank: the status says what kind of problem it is."""
    title: str
    """The reason phrase of the status."""
    status: int
    """The HTTP status."""
    detail: str
    """What was found, what was expected, what to do."""
    parameter: str | None = None
    """The parameter that cannot be used."""
    value: str | None = None
    """What was found in it."""
    expected: str | None = None
    """What would do."""


RESPONSES: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "A problem, as RFC 9457 has it.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}},
    }
}
"""What every route may answer besides its own: the argument ``responses`` of the application."""

SCHEMA = {"ProblemDetails": ProblemDetails.model_json_schema(mode="serialization")}
"""What ``RESPONSES`` points to, for the components of ``/openapi.json``."""


def problem(status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None, **more: str | None) -> Response:
    """Write one problem; what was found in a request is shown as far as a person reads it."""
    shown = {name: _readable(text) for name, text in more.items() if text is not None}
    details = ProblemDetails.model_validate(
        {"title": status.phrase, "status": status, "detail": _readable(detail), **shown}
    )
    return Response(details.model_dump_json(exclude_none=True), status, dict(headers or {}), MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Answer every error of the application with problem details, and describe them in ``/openapi.json``."""
    app.add_exception_handler(BadParameter, _bad_parameter)
    app.add_exception_handler(RequestValidationError, _invalid)
    for missing in (NotFound, NoSuchPeriod, NoSuchCharge, NoBill):
        app.add_exception_handler(missing, _not_found)
    for refusal in REFUSALS:
        app.add_exception_handler(refusal, _refused_now)
    app.add_exception_handler(BillRefused, _unreadable)
    app.add_exception_handler(HTTPException, http_problem)
    app.add_exception_handler(StoreUnavailable, _unavailable)
    app.add_exception_handler(QueryFailed, _query_failed)
    app.add_exception_handler(Exception, _unforeseen)


def _bad_parameter(_: Request, error: Exception) -> Response:
    found = error if isinstance(error, BadParameter) else BadParameter("", "", str(error))
    return _refused(found.parameter, str(found.value), found.expected)


def _invalid(request: Request, error: Exception) -> Response:
    """Say the first thing FastAPI found wrong with the parameters."""
    first = error.errors()[0] if isinstance(error, RequestValidationError) else {}
    where = tuple(first.get("loc", ("",)))
    name = _name(where)
    if first.get("type") == "json_invalid":
        reason = first.get("ctx", {}).get("error", "it is none")
        return problem(HTTPStatus.BAD_REQUEST, f"the body is no JSON: {reason}; expected: a JSON object in UTF-8")
    if isinstance(first.get("input"), bytes):
        sent = request.headers.get("content-type", "none")
        detail = f"the body is sent as Content-Type {sent!r}; expected: application/json"
        return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)
    if first.get("type") == "missing":
        return _refused(name, "missing", "be given")
    if first.get("type") == "extra_forbidden" and where[0] == "body":
        return _refused(name, _found(first.get("input")), "not be there: /openapi.json lists the keys of this body")
    if first.get("type") == "extra_forbidden":
        return _refused(name, _found(first.get("input")), f"not be there: {_known(request)}")
    expected = _IN_JSON.get(str(first.get("type"))) or _demand(str(first.get("msg", error)))
    return _refused(name, _found(first.get("input")), expected)


def _name(where: tuple[object, ...]) -> str:
    """Name what is wrong as its sender calls it: which of two shapes a body was taken for is none of its words.

    >>> _name(("query", "start")), _name(("body", "several", "outcomes", 3, "at")), _name(("body", "one"))
    ('start', 'outcomes.3.at', 'body')
    """
    inside = where[2:] if where[0] == "body" and where[1:2] in (("one",), ("several",)) else where[1:]
    return ".".join(map(str, inside)) or str(where[0])


def _refused(parameter: str, value: str, expected: str) -> Response:
    value = value if len(value) <= _LONGEST_VALUE else f"{value[:_LONGEST_VALUE]}..."
    said = f"it must {expected}" if expected.startswith(_DEMANDS) else expected
    detail = f"parameter {parameter!r} is {value!r}; {said}"
    return problem(HTTPStatus.BAD_REQUEST, detail, parameter=parameter, value=value, expected=expected)


def _found(value: object) -> str:
    """Show what was found as it was sent.

    >>> _found("acme"), _found(None), _found([{"a": True}])
    ('acme', 'null', '[{"a": true}]')
    """
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except RecursionError:
        return "something nested too deeply"


def _demand(message: str) -> str:
    """Turn what Pydantic says into what must be so.

    >>> _demand("Input should be 'csv' or 'xlsx'"), _demand("String should have at least 1 character")
    ("be 'csv' or 'xlsx'", 'have at least 1 character')
    """
    subject, should, demand = message.removeprefix("Value error, ").partition(" should ")
    return demand if demand.startswith(_DEMANDS) else subject + should + demand


def _known(request: Request) -> str:
    """Name the parameters of the route, from the description the routes give of themselves."""
    described = request.app.openapi()["paths"].get(request.url.path, {}).get("get", {}).get("parameters", [])
    names = sorted(parameter["name"] for parameter in described if parameter["in"] == "query")
    return f"this path knows {', '.join(names)}" if names else "this path has no parameters"


def _readable(text: str) -> str:
    r"""Cut what nobody reads, and spell out halves of characters, which no answer can be written with.

    >>> _readable("x" * 9_000)[-40:], _readable(chr(0xD800))
    ('xxxxxxxxxxxx... (9000 characters in all)', '\\ud800')
    """
    cut = text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}... ({len(text)} characters in all)"
    return cut.encode("utf-8", "backslashreplace").decode()


def _not_found(_: Request, error: Exception) -> Response:
    return problem(HTTPStatus.NOT_FOUND, str(error))


def _refused_now(_: Request, error: Exception) -> Response:
    return problem(HTTPStatus.CONFLICT, str(error))


def _unreadable(_: Request, error: Exception) -> Response:
    return problem(HTTPStatus.BAD_REQUEST, str(error))


def http_problem(request: Request, error: Exception) -> Response:
    """Say what HTTP itself refuses: a path nobody has, a method a path does not take."""
    if not isinstance(error, HTTPException):
        return _unforeseen(request, error)
    if error.status_code == HTTPStatus.NOT_FOUND:
        detail = f"found no {request.url.path} here; /openapi.json lists every path"
        return problem(HTTPStatus.NOT_FOUND, detail)
    asked = f"{request.method} {request.url.path}"
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        methods = [method for method in _METHODS if _takes(request, method)]
        detail = f"found no {asked} here; this path takes {' and '.join(methods)}"
        return problem(HTTPStatus.METHOD_NOT_ALLOWED, detail, {"Allow": ", ".join(methods)})
    detail = _NO_JSON if error.detail == _UNREADABLE else f"{asked}: {error.detail}"
    return problem(HTTPStatus(error.status_code), detail, error.headers)


def _takes(request: Request, method: str) -> bool:
    """Whether any route of the path takes a method."""
    asked = {**request.scope, "method": method}
    return any(route.matches(asked)[0] is Match.FULL for route in request.app.routes)


def _unavailable(_: Request, error: Exception) -> Response:
    after_s = error.retry_after_s if isinstance(error, StoreUnavailable) else 1.0
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, str(error), {"Retry-After": str(max(1, round(after_s)))})


def _query_failed(_: Request, error: Exception) -> Response:
    if "interrupt" in str(error).lower():
        detail = f"{error}: it took too long; ask for a shorter window, or split it by fewer dimensions"
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, {"Retry-After": "5"})
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, str(error))


def _unforeseen(request: Request, _: Exception) -> Response:
    detail = f"{request.method} {request.url.path} failed in a way nobody foresaw; the server's log has the traceback"
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail)
