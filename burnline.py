"""The front door: the ``burnline`` command. Every package brings its own; this file only names them."""

import argparse
import errno
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

_INTERRUPTED = 130
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
_READER_GONE = 141  # as a shell says of who wrote to a closed pipe
_OWN = frozenset({"instrumentation", "collector", "analytics", "alerts", "dashboards"})
_ABOUT = "Exact cost, latency and burning budgets of GenAI services, and the signal that steps a router down in time."


@dataclass(frozen=True, slots=True)
class Part:
    """A module that brings commands, or actions of one."""

    module: str
    commands: tuple[str, ...]
    into: str | None = None
    """The module whose command it adds an action to."""


PARTS = (
    Part("dashboards.serving", ("serve", "config")),
    Part("dashboards.demo.commands", ("demo",)),
    Part(
        "dashboards.commands",
        (
            "requests",
            "trace",
            "cost",
            "latency",
            "kpis",
            "slo",
            "budgets",
            "forecast",
            "outcomes",
            "retrieval",
            "changes",
            "findings",
            "drift",
            "decisions",
            "readers",
            "deliveries",
            "recommend",
        ),
    ),
    Part("dashboards.experiment_command", ("experiments",)),
    Part("dashboards.top.commands", ("top",)),
    Part("dashboards.downgrade_commands", ("downgrade",)),
    Part("dashboards.effect_command", ("downgrade",), into="dashboards.downgrade_commands"),
    Part("dashboards.journal_command", ("journal",)),
    Part("dashboards.replay_command", ("replay",)),
    Part("dashboards.chargeback_commands", ("chargeback",)),
    Part("analytics.prices.commands", ("prices",)),
    Part("dashboards.reprice_command", ("prices",), into="analytics.prices.commands"),
    Part("analytics.anomalies.commands", ("detect",)),
    Part("dashboards.slo_commands", ("slo",)),
    Part("dashboards.slo_rules_command", ("slo",), into="dashboards.slo_commands"),
    Part("dashboards.grafana.command", ("grafana",)),
    Part("dashboards.evaluating.commands", ("eval",)),
)
"""Every part, in the order of the help."""
ABOUT: Mapping[str, str] = MappingProxyType(
    {
        "serve": "receive, answer and decide until stopped",
        "config": "check a configuration, or list every key",
        "demo": "the whole loop on one machine, with two incidents, offline",
        "requests": "requests in a window, newest first unless --sort says otherwise",
        "trace": "one request, whole",
        "cost": "what was spent, by whom, on what",
        "latency": "p50, p95 and p99",
        "kpis": "the key figures of finance",
        "slo": "objectives and their error budgets",
        "budgets": "spend against plan",
        "forecast": "spend and usage by the end of a period",
        "outcomes": "what came of requests, and what one of it cost",
        "retrieval": "how documents are found: scores, ages, permissions, citations",
        "changes": "what changed, with the figures before and after",
        "findings": "figures that are not as usual, and what explains it",
        "drift": "distributions against a reference, swapped models",
        "decisions": "the tier each route is served at now",
        "readers": "who has applied which decisions",
        "deliveries": "what subscribers were told",
        "recommend": "where a cheaper model would do as well",
        "experiments": "variants compared, safe to look at daily",
        "top": "how the service does, live in the terminal",
        "downgrade": "set, hold or clear a route by hand",
        "journal": "what was decided and changed, sealed",
        "replay": "a scenario or stored history through any policy, and the scorecard",
        "chargeback": "billing months: preview, close, export, verify, reconcile",
        "prices": "which price holds for a model, and where it comes from",
        "detect": "score every row of a CSV file by how unusual it is",
        "grafana": "write boards and provisioning for Grafana",
        "eval": "score a system over a golden set, and gate changes in CI",
    }
)
"""What the help says of each command: as its part does, without importing one."""


def main(argv: list[str] | None = None) -> int:
    """Run the burnline command; returns the exit status: 0 done, 1 refused, 2 wrong arguments."""
    try:
        words = sys.argv[1:] if argv is None else argv
        args = _parser(words).parse_args(words)
        status: int = args.run(args)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except ModuleNotFoundError as missing:
        if (missing.name or "").split(".")[0] in _OWN:
            raise
        sys.exit(
            f"burnline: {missing.name} is not installed; the command needs the extra: pip install 'burnline[server]'"
        )
    return status


def command() -> None:
    """Run the burnline command and end the process.

    Everything is closed and written by then. The interpreter's own end is left out: DuckDB 2.0 prints forty lines about
    objects that its Python module still holds, which look like a crash and are none.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by who called: nobody wants to read it
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open as long as the process lives
    try:
        status = main()
    except SystemExit as ended:
        status = _status(ended)
    except BrokenPipeError:  # whoever read has seen enough: `burnline prices list | head`
        os._exit(_READER_GONE)
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        os._exit(_unwritten(error))
    logging.shutdown()
    os._exit(_flushed(status))


def _status(ended: SystemExit) -> int:
    """Say what the interpreter would have said, and return its exit status."""
    if isinstance(ended.code, str):
        sys.stderr.write(f"{ended.code}\n")
        return 1
    return ended.code or 0


def _flushed(status: int) -> int:
    """Write what waits to be written; returns the exit status."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        return _READER_GONE
    except OSError as error:
        return _unwritten(error)
    return status


def _unwritten(error: OSError) -> int:
    """Say that the answer did not arrive; returns the exit status."""
    what = error.filename or "the answer"
    os.write(2, f"burnline: {what} could not be written: {error.strerror}\n".encode())
    return 1


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of the command that is asked for, or one that only names them: every package takes two seconds."""
    asked = next((word for word in words if not word.startswith("-")), None)
    parser = argparse.ArgumentParser(prog="burnline", description=_ABOUT)
    commands: Any = parser.add_subparsers(required=True, metavar="COMMAND")
    if asked not in ABOUT:
        for name, about in ABOUT.items():
            commands.add_parser(name, help=about)
        return parser
    added: dict[str | None, Any] = {None: commands}
    for part in PARTS:
        if asked in part.commands:
            added[part.module] = import_module(part.module).register(added[part.into])
    return parser


if __name__ == "__main__":
    command()
