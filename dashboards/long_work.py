"""Waiting for long work: begins it, shows how far it is, and returns what it came to."""

import time
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from dashboards.asking import NoAnswer, Session

_LOOK_S = 0.15
_ENDED = frozenset({"done", "refused", "failed"})


def done(session: Session, path: str, body: Mapping[str, object]) -> Mapping[str, Any]:
    """Have something done and wait for it; returns its result, raises :class:`NoAnswer` with the reason if none."""
    address = session.tell(path, body).headers["location"]
    with _bar() as bar:
        task = bar.add_task("waiting", total=None)
        while True:
            job = session.ask(address).json()
            bar.update(task, description=job["stage"] or job["kind"], completed=job["done"], total=job["total"] or None)
            if job["state"] in _ENDED:
                break
            time.sleep(_LOOK_S)
    if job["state"] != "done":
        raise NoAnswer(job["reason"])
    result: Mapping[str, Any] = job["result"]
    return result


def _bar() -> Progress:
    """What is shown meanwhile, beside the answer; nothing of it stays."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
