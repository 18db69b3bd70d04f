"""The table of commands: complete, and quick, because a command imports only what it needs."""

import argparse
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import burnline
from burnline import ABOUT, PARTS

ROOT = Path(__file__).parents[1]
HEAVY = ("scipy", "polars", "duckdb", "fastapi", "litellm", "pyarrow", "numpy", "grpc", "pydantic")
UNASKED = ("scipy", "polars", "xlsxwriter", "litellm", "plotly", "rich", "httpx", "opentelemetry.sdk", "alerts.replay")
"""What a server starts without: some of it is loaded when a question needs it."""
ASKING = (
    "",
    "requests",
    "slo list",
    "slo rules",
    "decisions",
    "downgrade list",
    "journal verify",
    "replay",
    "demo",
    "serve",
    "eval gate",
)


def registered() -> dict[str, list[str]]:
    """The commands that each module of the table brings by itself."""
    found, actions = {}, {None: argparse.ArgumentParser().add_subparsers()}
    for part in PARTS:
        before = set(actions[None].choices)
        actions[part.module] = import_module(part.module).register(actions[part.into])
        found[part.module] = [name for name in actions[None].choices if name not in before]
    return found


def test_the_table_names_every_command_that_its_modules_bring():
    found = registered()
    for part in PARTS:
        assert found[part.module] == [name for name in part.commands if name in found[part.module]], part.module
        assert found[part.module] or any(set(part.commands) <= set(other.commands) for other in PARTS if other != part)


@pytest.mark.parametrize("words", ASKING)
def test_a_command_that_asks_imports_nothing_heavy(words):
    code = (
        "import contextlib, io, sys, burnline\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):\n"
        f"    burnline.main({[*words.split(), '--help']!r})\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own interpreter
    assert ran.stdout.strip() == ""


def test_a_server_starts_without_what_only_some_questions_need(tmp_path):
    code = (
        "import asyncio, os, sys\n"
        "from pathlib import Path\n"
        "from dashboards.addresses import Addresses\n"
        "from dashboards.configuration import Configuration\n"
        "from dashboards.process import start\n"
        "async def started():\n"
        "    server = await start(Configuration(None, os.environ), Path('data'), Addresses('127.0.0.1', 0, 0, 0))\n"
        f"    print(*[name for name in {UNASKED!r} if name in sys.modules])\n"
        "    assert await server.stop()\n"
        "asyncio.run(started())\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == ""


def test_the_help_says_of_every_command_what_its_part_says():
    commands = argparse.ArgumentParser().add_subparsers()
    actions = {None: commands}
    for part in PARTS:
        actions[part.module] = import_module(part.module).register(actions[part.into])
    assert list(ABOUT.items()) == [(said.dest, said.help) for said in commands._choices_actions]


def test_the_help_lists_every_command(capsys):
    with pytest.raises(SystemExit):
        burnline.main(["--help"])
    listed = capsys.readouterr().out
    assert [name for name in ABOUT if not re.search(rf"^    {name}\b", listed, re.MULTILINE)] == []


def test_a_word_that_is_no_command_is_answered_with_all_of_them(capsys):
    with pytest.raises(SystemExit) as ended:
        burnline.main(["recuests"])
    assert ended.value.code == 2
    assert "'chargeback'" in capsys.readouterr().err
