"""Who may speak to the server from a browser: its own pages only.

A browser tells a page's origin with every request that changes something, and sends any page's request to any address.
So what changes something is refused when it comes from another site's page, and where the server listens on this
machine alone, every request has to name this machine: a foreign name that resolves to 127.0.0.1 is no way in.
Programs that are no browser send neither ``Origin`` nor ``Sec-Fetch-Site``, and are not held up.
"""

import ipaddress
from collections.abc import Collection
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards.problems import problem

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_SITE = frozenset({"same-origin", "none"})
_TOLD = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
"""Headers of every answer."""


def is_loopback(host: str) -> bool:
    """Whether an address or a name is this machine's own.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, True, False)
    """
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class OwnOrigin:
    """Refuses what other sites' pages send; puts the headers of safety on every answer."""

    def __init__(self, app: ASGIApp, *, loopback_only: bool = False, hosts: Collection[str] = ()) -> None:
        """Wrap an application; ``hosts`` are further names under which a proxy passes requests on."""
        self._app, self._loopback_only, self._hosts = app, loopback_only, frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 to strangers, 421 to a foreign name."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, told = Headers(scope=scope), _telling(send)
        said = headers.get("host", "")
        host = _name(said)
        if said and self._loopback_only and not (is_loopback(host) or host in self._hosts):
            expected = "expected localhost, an address of this machine, or a name in console.hosts of the configuration"
            refusal = problem(
                HTTPStatus.MISDIRECTED_REQUEST, f"the request names the host {host or said!r}; {expected}"
            )
            await refusal(scope, receive, told)
            return
        if scope["method"] not in _SAFE and (stranger := _stranger(headers)):
            detail = f"a page of {stranger} may not change anything here; only the console's own pages may"
            await problem(HTTPStatus.FORBIDDEN, detail)(scope, receive, told)
            return
        await self._app(scope, receive, told)


def _stranger(headers: Headers) -> str | None:
    """Name the foreign page a request comes from; None when it comes from our own or from no page."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if site is not None and site not in _OWN_SITE:
        return origin or f"another site ({site})"
    return None if origin is None or _place(origin) == headers.get("host", "").lower() else origin


def _place(origin: str) -> str | None:
    """Say which host and port an origin names; None where it names none.

    >>> _place("http://localhost:8320"), _place("null"), _place("http://[")
    ('localhost:8320', None, None)
    """
    try:
        return urlsplit(origin).netloc.lower() or None
    except ValueError:
        return None


def _name(host: str) -> str:
    """Strip the port.

    >>> _name("localhost:8320"), _name("[::1]:8320"), _name("127.0.0.1"), _name("[")
    ('localhost', '::1', '127.0.0.1', '')
    """
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _telling(send: Send) -> Send:
    """Add the headers to an answer that has none of its own by that name."""

    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _TOLD.items():
                headers.setdefault(name, value)
        await send(message)

    return told
