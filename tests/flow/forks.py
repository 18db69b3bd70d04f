"""Servers that start at once: everything is imported in one process, and each server is a fork of it.

Run as a script, it answers each line of JSON with one: ``{"words", "log", "folder", "environment"}`` starts a server,
which is answered with its process id; ``{"ended": pid}`` asks for the status it ended with, null while it runs.
"""

import gc
import json
import os
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


def _ended(pid: int) -> int | None:
    done, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if done else None


def _main() -> None:
    gc.freeze()  # what is shared stays shared: the collector of a fork leaves it alone
    for line in sys.stdin:
        asked = json.loads(line)
        answer = _ended(asked["ended"]) if "ended" in asked else _started(asked)
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _main()
