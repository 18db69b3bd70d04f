"""Asking: questions to a running server, or to a data directory that no server holds, with the same answers.

What only a data directory needs is loaded when one is asked: a question to a server starts in 0.4 s, not in 2.

NoAnswer   says what to do next; the command prints it and ends with 1
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, urlsplit

import httpx

DEFAULT_URL = "http://127.0.0.1:8320"
_PATIENCE_S = 40.0  # the store interrupts a question after 30 s


class NoAnswer(Exception):
    """A question could not be asked or was refused."""


@dataclass(frozen=True, slots=True)
class Source:
    """Whom to ask: a server, or a data directory when one is given."""

    url: str = DEFAULT_URL
    data: Path | None = None
    config: Path | None = None
    """With ``data``: the configuration that names its objectives and budgets; none means ``burnline.yaml`` in it."""


class Session(Protocol):
    """Somebody who answers several questions, and does what is asked of them."""

    def ask(self, path: str, params: Mapping[str, str] | None = None) -> httpx.Response:
        """Ask; raises :class:`NoAnswer` with what to do when there is no good answer."""
        ...

    def tell(self, path: str, body: Mapping[str, object]) -> httpx.Response:
        """Have something done; raises :class:`NoAnswer` when it is refused."""
        ...

    def fetch(self, path: str, target: Path) -> None:
        """Write a file of the answerer to ``target``; raises :class:`NoAnswer`."""
        ...


@contextmanager
def session(source: Source) -> Iterator[Session]:
    """Open a session with whom the source names; raises :class:`NoAnswer` when nobody is there."""
    if source.data is None:
        with _Server.at(source.url) as server:
            yield server
        return
    from dashboards.offline import CannotOpen, opened  # noqa: PLC0415 - the store and the API: 1.5 s

    try:
        with opened(source.data, source.config) as directory:
            yield directory
    except CannotOpen as reason:
        raise NoAnswer(str(reason)) from reason


def segment(name: str) -> str:
    """Write a name as a part of a path that means nothing but itself, whatever somebody typed.

    >>> segment("2026-10"), segment("../healthz?x=1"), segment("")
    ('2026-10', '%2E%2E%2Fhealthz%3Fx%3D1', '%20')
    """
    return quote(name, safe="").replace(".", "%2E") or "%20"


def ask(source: Source, path: str, params: Mapping[str, str]) -> httpx.Response:
    """Ask one question; raises :class:`NoAnswer` with what to do when there is no good answer."""
    with session(source) as answering:
        return answering.ask(path, params)


def good(answer: httpx.Response) -> httpx.Response:
    """Return a good answer; raises :class:`NoAnswer` with the reason of any other."""
    if not answer.is_success:
        raise NoAnswer(_refusal(answer))
    return answer


@dataclass(frozen=True, slots=True)
class _Server:
    """A running server."""

    url: str
    client: httpx.Client

    @classmethod
    @contextmanager
    def at(cls, url: str) -> Iterator["_Server"]:
        if not url.startswith(("http://", "https://")):
            raise NoAnswer(f"--url is {url!r}; expected an address such as {DEFAULT_URL}")
        # a proxy from the environment has nothing to say about this machine
        with (
            _explained(url),
            httpx.Client(base_url=url, timeout=_PATIENCE_S, trust_env=not _on_this_machine(url)) as client,
        ):
            yield cls(url, client)

    def ask(self, path: str, params: Mapping[str, str] | None = None) -> httpx.Response:
        with _explained(self.url):
            return _ours(good(self.client.get(path, params=dict(params or {}))))

    def tell(self, path: str, body: Mapping[str, object]) -> httpx.Response:
        with _explained(self.url):
            return _ours(good(self.client.post(path, json=dict(body))))

    def fetch(self, path: str, target: Path) -> None:
        with _explained(self.url), self.client.stream("GET", path) as answer:
            if not answer.is_success:
                answer.read()
                good(answer)
            with target.open("wb") as file:
                for piece in answer.iter_bytes():
                    file.write(piece)


@contextmanager
def _explained(url: str) -> Iterator[None]:
    """Say what to do when a server does not answer."""
    try:
        yield
    except httpx.TimeoutException as error:
        raise NoAnswer(f"{url} did not answer within {_PATIENCE_S:.0f} s: ask for a shorter window") from error
    except ValueError as error:  # of an address that is none
        raise NoAnswer(f"--url {url}: {error}; expected an address such as {DEFAULT_URL}") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NoAnswer(
            f"no Burnline answers at {url} ({error}): start one with `burnline serve`, name another with --url URL, "
            "or ask a data directory that no server holds with --data DIR"
        ) from error


def _on_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _ours(answer: httpx.Response) -> httpx.Response:
    """Return an answer that is a JSON object; raises :class:`NoAnswer` for the page of another service."""
    if not isinstance(_object(answer, "application/json"), dict):
        raise NoAnswer(_foreign(answer))
    return answer


def _refusal(answer: httpx.Response) -> str:
    problem = _object(answer, "application/problem+json")
    return str(problem["detail"]) if isinstance(problem, dict) and "detail" in problem else _foreign(answer)


def _object(answer: httpx.Response, media_type: str) -> object:
    """Read an answer of a media type; None where it is another, or cannot be read."""
    if not answer.headers.get("content-type", "").startswith(media_type):
        return None
    try:
        return answer.json()
    except ValueError:
        return None


def _foreign(answer: httpx.Response) -> str:
    kind = answer.headers.get("content-type", "nothing").split(";")[0]
    return f"{answer.request.url} answered {answer.status_code} with {kind}, which is not Burnline's way: check --url"
