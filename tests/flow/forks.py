"""Servers that start at once: everything is imported in one process, and each server is a fork of it.

Run as a script, it answers each line of JSON with one: ``{"words", "log", "folder", "environment"}`` starts a server,
which is answered with its process id; ``{"ended": pid}`` asks for the status it ended with, null while it runs.
"""

import gc
import json
import os
import signal
import sys
import traceback
from typing import Any

import scipy.special  # noqa: F401 - what a server loads that judges an objective

import burnline
import dashboards.process  # noqa: F401 - what `serve` loads when it runs


def _serve(asked: dict[str, Any]) -> None:
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    out = os.open(asked["log"], os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv = ["burnline", "serve", *asked["words"]]
    burnline.command()


def _started(asked: dict[str, Any]) -> int:
    child = os.fork()
    if child == 0:
        try:
            _serve(asked)
        finally:  # whatever happens, a fork never reads what its parent is asked
            traceback.print_exc()
            os._exit(os.EX_SOFTWARE)
    return child


def _ended(pid: int, running: set[int]) -> int | None:
    done, status = os.waitpid(pid, os.WNOHANG)
    if not done:
        return None
    running.discard(pid)
    return os.waitstatus_to_exitcode(status)


def _main() -> None:
    running: set[int] = set()
    gc.freeze()  # what is shared stays shared: the collector of a fork leaves it alone
    for line in sys.stdin:
        asked = json.loads(line)
        if "ended" in asked:
            answer = _ended(asked["ended"], running)
        else:
            answer = _started(asked)
            running.add(answer)
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()
    for pid in running:  # whoever asked is gone, well or not, and none of them lives on
        os.kill(pid, signal.SIGKILL)
    os._exit(0)  # DuckDB's module would print forty lines about objects it still holds


if __name__ == "__main__":
    _main()
