"""The ``demo`` command: quick to import, because every ``burnline`` command imports it."""

import argparse
import asyncio
import os
import shlex
import shutil
import signal
import sys
import warnings
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from dashboards.demo.directory import CannotPrepare, configuration, prepare
from dashboards.demo.surroundings import enter
from dashboards.demo.timeline import FAST, FULL, Timeline

if TYPE_CHECKING:
    from dashboards.demo.summary import Summary

_DEFAULT_DATA = Path("burnline-demo-data")
_PIPE_COLUMNS = 160
_TERMINATED = 143
_INTRODUCTION = (
    "A Burnline server with seven weeks of a mail digest, a serving app on a LiteLLM Router, and a fake provider. "
    "First prompts get long and dear, then models get slow. All of it runs on this machine; every figure is asked from "
    "the server.\n"
)


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("demo", help="the whole loop on one machine, with two incidents, offline")
    parser.add_argument(
        "--data", type=Path, default=_DEFAULT_DATA, help=f"data directory to leave behind; default {_DEFAULT_DATA}"
    )
    parser.add_argument("--seed", type=int, default=1, help="decides questions, arrivals, latencies and faults")
    parser.add_argument("--fast", action="store_true", help="three quarters of a minute instead of one")
    parser.add_argument(
        "--stay", action="store_true", help="keep the pages of the server open at the end, until Ctrl-C"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Play the demo; the exit status is 0 when the loop closed, 1 when it did not."""
    console = Console() if sys.stdout.isatty() else Console(width=_PIPE_COLUMNS)
    timeline = FAST if args.fast else FULL
    try:
        replaced = prepare(args.data)
    except CannotPrepare as reason:
        return _failed(reason)
    if replaced:
        console.print(f"replacing the data of an earlier demo in {args.data}", style="dim", highlight=False)
    console.print(_INTRODUCTION, highlight=False)
    enter(os.environ)
    # a call that is cancelled before it began leaves LiteLLM's coroutine behind; Ctrl-C is no reason to tell a newcomer
    warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)
    return _play(console, args.data, timeline, args.seed, stay=args.stay)


def _play(console: Console, directory: Path, timeline: Timeline, seed: int, *, stay: bool) -> int:
    from dashboards.demo import story, summary  # noqa: PLC0415 - with all that they import they take a second

    ended: list[Summary] = []

    async def told(found: "Summary", url: str) -> None:
        ended.append(found)
        console.print(summary.report(found), highlight=False)
        if stay:
            console.print(f"\nThe pages stay at {url} until Ctrl-C.", highlight=False, soft_wrap=True)
            await asyncio.Event().wait()

    try:
        asyncio.run(_to_its_end(story.play(console, directory, timeline, seed, told)))
    except (asyncio.CancelledError, KeyboardInterrupt) as stopped:
        if not ended:  # after the end, to stop is what whoever stays is asked to do
            if isinstance(stopped, KeyboardInterrupt):
                raise
            return _TERMINATED
    except story.EXPECTED as error:
        return _failed(error)
    console.print(_follow_up(directory, ended[0]), highlight=False, soft_wrap=True)
    missing = ended[0].course.missing() or ended[0].disagreement or ended[0].besides.missing
    return 0 if missing is None else _failed(missing)


async def _to_its_end(playing: "Coroutine[None, None, None]") -> None:
    """Cancel the play on a signal, as asyncio does on Ctrl-C, so that it can stop what it started."""
    task = asyncio.ensure_future(playing)
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    await task


def _follow_up(directory: Path, found: "Summary") -> Text:
    """Commands that work on the directory that is left behind."""
    burnline, data = _as_called(), f"--data {shlex.quote(str(directory))}"
    commands = (
        f"requests {data} --limit 10",
        f"trace {found.dearest} {data}",
        f"cost {data} --by team,model",
        f"latency {data} --by stage",
        f"decisions {data} --history",
        f"chargeback preview {data}",
        f"kpis {data} --since 1h",
        f"findings {data}",
        f"forecast {data} --budget digest",
        f"serve {data} --config {shlex.quote(str(configuration(directory)))}",
    )
    lines = [f"\n  {burnline} {command}" for command in commands]
    return Text.assemble("\n", (f"The data stays in {directory} until the next demo. Ask it:", "bold"), *lines)


def _as_called() -> str:
    """How to call burnline again: by name where the shell finds it, else by the path it was called with."""
    called = Path(sys.argv[0])
    return called.name if shutil.which(called.name) else shlex.quote(str(called))


def _failed(why: object) -> int:
    Console(stderr=True).print(f"burnline demo: {why}", style="red", markup=False, highlight=False, soft_wrap=True)
    return 1
