"""The pages of the console as routes: one document on every page's path, and the files it loads."""

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from dashboards.console.assets import Asset, Assets, load_assets
from dashboards.problems import http_problem

PAGES = (
    "/",
    "/requests",
    "/requests/{trace_id}",
    "/cost",
    "/prices/{price_id:path}",
    "/budgets",
    "/budgets/{name:path}",
    "/routing",
    "/changes",
    "/quality",
    "/experiments",
    "/experiments/{name:path}",
    "/chargeback",
    "/chargeback/{period}",
    "/chargeback/{period}/bills",
)
"""Paths of pages; ``assets/core/pages.js`` says which module draws which."""
_ALLOWED = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "style-src-attr": "'unsafe-inline'",  # the chart library places its marks with style attributes
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
POLICY = "; ".join(f"{what} {source}" for what, source in _ALLOWED.items())
"""What the document may load and do."""
_KEEP = {"Cache-Control": "public, max-age=31536000, immutable"}
_ASK_AGAIN = {"Cache-Control": "no-cache", "Content-Security-Policy": POLICY}
_READS = ("GET", "HEAD")
_REFUSED = re.compile(r";q=0(\.0*)?(;|$)")
_SMALL_BYTES = 1_000
"""What is smaller fits in one packet either way."""


def router(assets: Assets | None = None) -> APIRouter:
    """Serve the document on every path of :data:`PAGES`, and its files below ``/assets``."""
    assets = assets or load_assets()
    routes = APIRouter(include_in_schema=False)

    def page_at(path: str) -> Callable[[Request], Response]:
        told = {**_ASK_AGAIN, "Link": assets.links[path]}

        def page(request: Request) -> Response:
            return _sent(assets.document, request, told)

        return page

    def file(name: str, request: Request) -> Response:
        asset = assets.files.get(name)
        if asset is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return _sent(asset, request, _KEEP)

    for path in PAGES:
        routes.add_api_route(path, page_at(path), methods=[*_READS])
    routes.add_api_route("/assets/{name:path}", file, methods=[*_READS])
    return routes


def nowhere(assets: Assets | None = None) -> Callable[[Request, Exception], Response]:
    """Answer paths that nobody has: the document, which says so, to who reads pages; a problem to everybody else."""
    document = (assets or load_assets()).document

    def answer(request: Request, error: Exception) -> Response:
        if request.method in _READS and reads_pages(request.headers.get("accept", "")):
            told = {**_ASK_AGAIN, "Vary": "Accept"}
            return Response(document.content, HTTPStatus.NOT_FOUND, told, document.media_type)
        return http_problem(request, error)

    return answer


def reads_pages(accept: str) -> bool:
    """Whether an ``Accept`` header asks for pages by name, as browsers do for what stands in their address bar.

    >>> reads_pages("text/html,application/xml;q=0.9,*/*;q=0.8"), reads_pages("*/*"), reads_pages("text/html;q=0")
    (True, False, False)
    """
    ranges = (one.replace(" ", "").lower().partition(";") for one in accept.split(","))
    return any(name == "text/html" and not _REFUSED.search(f";{weight}") for name, _, weight in ranges)


def _sent(asset: Asset, request: Request, headers: Mapping[str, str]) -> Response:
    """Send a file, packed for who can unpack; only its tag to who has it."""
    tag = f'"{asset.tag}"'
    told = {**headers, "ETag": tag, "Vary": "Accept-Encoding"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(None, HTTPStatus.NOT_MODIFIED, told)
    if len(asset.content) < _SMALL_BYTES or "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(asset.content, HTTPStatus.OK, told, asset.media_type)
    return Response(asset.packed, HTTPStatus.OK, {**told, "Content-Encoding": "gzip"}, asset.media_type)
