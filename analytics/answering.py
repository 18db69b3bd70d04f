"""What every route shares: the clock, the writing of answers, the refusal of a parameter that is given twice."""

from collections.abc import Callable

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel

from analytics.questions import BadParameter
from analytics.request_shapes import Answer

Clock = Callable[[], int]
"""Says now, in nanoseconds since 1970."""


def said_once(request: Request) -> None:
    """Refuse a parameter that is given twice, and one the path does not know: it would silently not count."""
    known = _known(request)
    names = [name for name, _ in request.query_params.multi_items()]
    for name in names:
        if names.count(name) > 1:
            raise BadParameter(name, ", ".join(request.query_params.getlist(name)), "be given once")
        if known is not None and name not in known:
            knows = f"knows {', '.join(sorted(known))}" if known else "has no parameters"
            raise BadParameter(name, request.query_params[name], f"not be there: this path {knows}")


def _known(request: Request) -> frozenset[str] | None:
    """Name the query parameters of the path; None where a shape of its own refuses others."""
    fields = request.scope["route"].dependant.query_params
    shaped = any(isinstance(one.field_info.annotation, type(BaseModel)) for one in fields)
    return None if shaped else frozenset(one.alias for one in fields)


def as_json(answer: Answer) -> Response:
    """Write an answer by its own shape; fields that were never set are left out."""
    return Response(answer.model_dump_json(exclude_unset=True), media_type="application/json")
