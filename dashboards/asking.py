"""Asking: one question to a running server, or to a data directory that no server holds, with the same answers.

What only a data directory needs is loaded when one is asked: a question to a server starts in 0.4 s, not in 2.

NoAnswer   says what to do next; the command prints it and ends with 1
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

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


def ask(source: Source, path: str, params: Mapping[str, str]) -> httpx.Response:
    """Ask; raises :class:`NoAnswer` with what to do when there is no good answer."""
    answer = (
        _of_server(source, path, params)
        if source.data is None
        else _of_directory(source.data, source.config, path, params)
    )
    if answer.status_code != HTTPStatus.OK:
        raise NoAnswer(_refusal(answer))
    return answer


def _of_server(source: Source, path: str, params: Mapping[str, str]) -> httpx.Response:
    url = source.url
    try:
        # a proxy from the environment has nothing to say about this machine
        with httpx.Client(base_url=url, timeout=_PATIENCE_S, trust_env=not _on_this_machine(url)) as client:
            return client.get(path, params=dict(params))
    except httpx.TimeoutException as error:
        raise NoAnswer(f"{url} did not answer within {_PATIENCE_S:.0f} s: ask for a shorter window") from error
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


def _of_directory(directory: Path, config: Path | None, path: str, params: Mapping[str, str]) -> httpx.Response:
    from dashboards.offline import CannotOpen, answer_of  # noqa: PLC0415 - the store and the API: 1.5 s

    try:
        return answer_of(directory, config, path, params)
    except CannotOpen as reason:
        raise NoAnswer(str(reason)) from reason


def _refusal(answer: httpx.Response) -> str:
    if answer.headers.get("content-type", "").startswith("application/problem+json"):
        return str(answer.json()["detail"])
    return f"{answer.request.url} answered {answer.status_code}, which is not Burnline's way: check --url"
