"""What every route shares: the clock, the writing of answers, the refusal of a parameter that is given twice."""

from collections.abc import Callable

from fastapi import Request
from fastapi.responses import Response

from analytics.questions import BadParameter
from analytics.request_shapes import Answer

Clock = Callable[[], int]
"""Says now, in nanoseconds since 1970."""


def said_once(request: Request) -> None:
    """Refuse a parameter that is given twice: one of the two values would silently not count."""
    names = [name for name, _ in request.query_params.multi_items()]
    for name in names:
        if names.count(name) > 1:
            raise BadParameter(name, ", ".join(request.query_params.getlist(name)), "be given once")


def as_json(answer: Answer) -> Response:
    """Write an answer by its own shape; fields that were never set are left out."""
    return Response(answer.model_dump_json(exclude_unset=True), media_type="application/json")
