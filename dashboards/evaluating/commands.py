"""``burnline eval run | compare | gate``: score a system over a golden set, and refuse a change that made it worse.

Works on files alone; no server is needed. Exit status of ``gate``, and of ``run --against``: 0 pass, 1 refuse, 2 the
input cannot be used, 3 not enough evidence.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from dashboards.asking import DEFAULT_URL, NoAnswer

SAMPLE_OPTIONS = {
    "start": "RFC 3339, included; default: seven days before until",
    "until": "RFC 3339, excluded; default: now",
    **{name: f"only this {name}" for name in ("tenant", "team", "feature", "route", "environment")},
    "common": "items of frequent routes without trouble; default 50",
    "hard": "items with errors, guardrails, low scores, retries or long input; default 30",
    "ambiguous": "items on which evaluators disagree or are undecided; default 20",
    "threshold": "scores below are bad; default 0.5",
    "seed": "decides the order; default 1",
}
"""Parameters of the HTTP API."""
Args = argparse.Namespace
Actions = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it
DEFAULT_OTLP = "http://127.0.0.1:4318"
_WRONG_INPUT = 2
_STATUS = "exit status: 0 pass, 1 refuse, 2 the input cannot be used, 3 not enough evidence"


def register(commands: "Actions[argparse.ArgumentParser]") -> "Actions[argparse.ArgumentParser]":
    """Add the command; returns its actions, for packages that add more of them."""
    parser = commands.add_parser("eval", help="score a system over a golden set, and gate changes in CI")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    _add_run(actions)
    compare = _add(actions, "compare", "what changed between two runs, by more than chance or not", "compare")
    _add_pair(compare)
    gate = _add(actions, "gate", "refuse a run that is worse than a baseline", "gate", epilog=_STATUS)
    _add_pair(gate)
    _add_otlp(gate, default=None, what="the verdict")
    emit = _add(actions, "emit", "send the scores of a run to a server, as evaluation results over OTLP", "emit")
    emit.add_argument("file", type=Path, metavar="RUN", help="run that `burnline eval run` wrote")
    _add_otlp(emit, default=DEFAULT_OTLP)
    _add_sample(actions)
    _add_review(actions)
    return actions


def _add_review(actions: "Actions[argparse.ArgumentParser]") -> None:
    reviews = actions.add_parser("review", help="what people said about answers").add_subparsers(
        required=True, metavar="ACTION"
    )
    imported = _add(reviews, "import", "read reviews, and say how far people and evaluators agree", "review")
    imported.add_argument("file", type=Path, metavar="FILE", help="CSV or JSON lines")
    imported.add_argument("--against", type=Path, metavar="RUN", help="the run whose answers were reviewed")
    imported.add_argument("--threshold", type=float, default=0.5, help="scores from here on are a pass; default 0.5")
    imported.add_argument("--json", action="store_true", help="print it for machines")
    _add_otlp(imported, default=None)


def _add_sample(actions: "Actions[argparse.ArgumentParser]") -> None:
    drawn = _add(actions, "sample", "draw a golden set from the requests of a server", "sample")
    whom = drawn.add_mutually_exclusive_group()
    whom.add_argument("--url", default=DEFAULT_URL, help=f"the server to ask; default {DEFAULT_URL}")
    whom.add_argument("--data", type=Path, metavar="DIR", help="a data directory that no server holds")
    for name, about in SAMPLE_OPTIONS.items():
        drawn.add_argument(f"--{name}", help=about)
    drawn.add_argument("--references", action="store_true", help="take what was answered as the reference")
    drawn.add_argument("--to", type=Path, metavar="FILE", help="where the golden set is written; default: print it")


def _add_otlp(parser: argparse.ArgumentParser, *, default: str | None, what: str = "the scores") -> None:
    told = (
        f"OTLP/HTTP address of a server; default {DEFAULT_OTLP}"
        if default
        else f"send {what} to this OTLP/HTTP address"
    )
    parser.add_argument("--otlp", metavar="URL", default=default, help=told)


def _add_run(actions: "Actions[argparse.ArgumentParser]") -> None:
    run = _add(
        actions, "run", "ask a system every question of a golden set, and score its answers", "run", epilog=_STATUS
    )
    run.add_argument("--golden", type=Path, metavar="FILE", help="golden set, JSON lines; default: run.golden")
    run.add_argument("--system", metavar="SYSTEM", help="file of answers, module:function or http(s)://; or run.system")
    run.add_argument("--to", type=Path, metavar="FILE", help="where the run is written; default: print it")
    run.add_argument("--name", help="what the run is called: a commit, a version of a prompt")
    run.add_argument("--prices", type=Path, metavar="FILE", help="burnline.yaml with prices: and price_aliases:")
    _add_otlp(run, default=None, what="the scores, and with --against the verdict,")
    run.add_argument("--against", type=Path, metavar="RUN", help="gate it against this run at once")
    _add_reports(run)


def _add_pair(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("baseline", type=Path, help="run to compare with")
    parser.add_argument("candidate", type=Path, help="run that is judged")
    _add_reports(parser)


def _add_reports(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print the gate for machines")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write it for a pull request as well")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="write it for CI as well")
    parser.add_argument("--level", type=float, help="chance of a false alarm; default: gate.level, 0.05")
    parser.add_argument("--tolerated", type=float, help="loss that is no reason to refuse; default: gate.tolerated, 0")
    parser.add_argument("--noticed", type=float, help="loss that a pass rules out; default: gate.noticed, 0.1")


def _add(
    actions: "Actions[argparse.ArgumentParser]", name: str, about: str, act: str, *, epilog: str | None = None
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.", epilog=epilog)
    parser.add_argument("--config", type=Path, metavar="FILE", help="evaluation file: run, metrics, judge and gate")
    parser.set_defaults(run=lambda args: refusing(parser.prog, _acting(act), args))
    return parser


def _acting(act: str) -> Callable[[Args], int]:
    """The action by its name: what it needs is loaded when it is asked for."""

    def acting(args: Args) -> int:
        from dashboards.evaluating import acting as module  # noqa: PLC0415 - numpy and the price book: half a second

        found: Callable[[Args], int] = getattr(module, act)
        return found(args)

    return acting


def refusing(program: str, act: Callable[[Args], int], args: Args) -> int:
    """Run an action; what cannot be used is said, and ends with 2."""
    from analytics.evaluation.inputs import EvaluationError  # noqa: PLC0415 - with the action
    from collector.configuration import ConfigurationError  # noqa: PLC0415 - with the action

    try:
        return act(args)
    except (EvaluationError, ConfigurationError, NoAnswer) as error:
        sys.stderr.write(f"{program}: {error}\n")
    except OSError as error:
        sys.stderr.write(f"{program}: {error.filename}: {error.strerror}\n")
    return _WRONG_INPUT
