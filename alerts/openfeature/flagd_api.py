"""``GET /v1/routing/flagd.json``: the flag file of the current decisions, to be saved where flagd looks."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import Response

from alerts.board import Board
from alerts.entity_tags import matches
from alerts.openfeature.flagd import flag_file


def router(board: Board) -> APIRouter:
    """Build the route over one board."""
    routes = APIRouter(prefix="/v1/routing", tags=["routing"])

    @routes.get(
        "/flagd.json",
        response_class=Response,
        responses={
            200: {"description": "The flag file.", "content": {"application/json": {"schema": {"type": "object"}}}},
            304: {"description": "Nothing changed since the tag in If-None-Match."},
        },
        summary="Decisions as a flag file",
    )
    async def flagd(
        if_none_match: Annotated[str | None, Header(description="Tags the client has, or *.")] = None,
    ) -> Response:
        """Write the decisions in force as a flag file of flagd; leases end in it by the evaluator's clock."""
        issue = board.issue
        headers = {"ETag": issue.etag, "Cache-Control": "no-store"}
        if matches(if_none_match or "", issue.etag):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return Response(flag_file(issue.document), media_type="application/json", headers=headers)

    return routes
