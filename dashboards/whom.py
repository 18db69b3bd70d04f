"""What the commands that ask have in common: whom they ask, and how they say the answer."""

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console, RenderableType

from dashboards.asking import DEFAULT_URL, NoAnswer, Source, ask
from dashboards.printing import refuse, show

CONFIGURED = "the configuration that names objectives and budgets"


def add_whom(parser: argparse.ArgumentParser, config: str | None = CONFIGURED) -> None:
    """Add the options that say whom to ask and in which form; ``config``: what one is for; None: none is."""
    whom = parser.add_mutually_exclusive_group()
    whom.add_argument("--url", default=DEFAULT_URL, help=f"the server to ask; default {DEFAULT_URL}")
    whom.add_argument("--data", type=Path, metavar="DIR", help="ask a data directory that no server holds")
    if config is not None:
        parser.add_argument("--config", type=Path, help=f"with --data: {config}")
    parser.add_argument("--json", action="store_true", help="print the answer of the HTTP API")


def asked(args: argparse.Namespace, about: str, path: str, params: Mapping[str, str]) -> httpx.Response:
    """Ask whom the options name; raises :class:`NoAnswer`."""
    with Console(stderr=True).status(f"asking for {about} ..."):
        return ask(Source(args.url, args.data, getattr(args, "config", None)), path, params)


def say(args: argparse.Namespace, answer: httpx.Response, table: Callable[[Any], RenderableType]) -> None:
    """Print an answer as it came, or as a table."""
    if args.json:
        sys.stdout.write(f"{answer.text}\n")
    else:
        show(table(answer.json()))


def answered(
    args: argparse.Namespace,
    command: str,
    about: str,
    question: Callable[[], tuple[str, Mapping[str, str]]],
    table: Callable[[Any], RenderableType],
) -> int:
    """Ask a path with its parameters, show the answer, and return the exit status: 0 answered, 1 no answer."""
    try:
        answer = asked(args, about, *question())
    except NoAnswer as reason:
        return refuse(command, reason)
    say(args, answer, table)
    return 0
