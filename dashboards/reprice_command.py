"""``burnline prices reprice`` at a running server; in a data directory it works on the store itself.

Putting a run in force is finished when every span of its window has been derived again, which is waited for.
"""

import argparse
import sys
import time
from pathlib import Path

import orjson
from rich.console import Console

from analytics.allocation.policy import policy_of
from analytics.runs.commands import add_reprice, in_directory
from dashboards.asking import DEFAULT_URL, NoAnswer, Session, Source, session
from dashboards.long_work import done
from dashboards.printing import refuse, show
from dashboards.reprice_view import reprice_view

_RUNS = "/v1/prices/runs"
_LOOK_S = 0.2


def register(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the action to ``burnline prices``."""
    parser = add_reprice(actions, policy_of, _run)
    parser.add_argument("--url", default=DEFAULT_URL, help=f"the server to ask; default {DEFAULT_URL}")


def _run(args: argparse.Namespace) -> int:
    data: Path | None = args.data
    if data is not None:
        return in_directory(args, policy_of)
    try:
        with session(Source(args.url)) as asked:
            run_id = _compared(asked, args)
            if args.apply:
                _applied(asked, run_id)
    except NoAnswer as reason:
        return refuse("prices reprice", reason)
    said = f"run {run_id} is in force" if args.apply else f"nothing was changed; --run {run_id} --apply does it"
    Console(stderr=True).print(said, highlight=False)
    return 0


def _compared(asked: Session, args: argparse.Namespace) -> int:
    """Propose a run, or take the one named, show what it would change, and return its number."""
    path = _RUNS if args.run_id is None else f"{_RUNS}/{args.run_id}/diff"
    words = {"as_of": args.as_of, "start": args.start, "until": args.until}
    body = {name: at.isoformat() for name, at in words.items() if at is not None}
    if args.note:
        body["note"] = args.note
    report = done(asked, path, body if args.run_id is None else {})
    if args.json:
        sys.stdout.write(f"{orjson.dumps(report).decode()}\n")
    else:
        show(reprice_view(report))
    run_id: int = report["run"]["run_id"]
    return run_id


def _applied(asked: Session, run_id: int) -> None:
    asked.tell(f"{_RUNS}/{run_id}/apply", {})
    with Console(stderr=True).status("deriving the window again ..."):
        while asked.ask(f"{_RUNS}/{run_id}").json()["under_way"]:
            time.sleep(_LOOK_S)
