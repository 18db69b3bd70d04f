"""Servers that start at once: everything is imported in one process, and each server is a fork of it.

Run as a script, it reads lines of JSON, ``{"words": [...], "log": path}``, and answers each with a process id.
"""

import json
import os
import signal
import sys
from typing import Any

import burnline
import dashboards.process  # noqa: F401 - what `serve` loads when it runs


def _serve(words: list[str], log: str) -> None:
    out = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    sys.argv = ["burnline", "serve", *words]
    burnline.command()


def _main(lines: Any) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them, so none stays as a zombie
    for line in lines:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            _serve(asked["words"], asked["log"])
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _main(sys.stdin)
