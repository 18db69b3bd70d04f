"""The table of commands: complete, and quick, because a command imports only what it needs."""

import argparse
import re
import subprocess
import sys
from importlib import import_module

import pytest

import burnline
from burnline import PARTS

HEAVY = ("scipy", "polars", "duckdb", "fastapi", "litellm")
ASKING = (
    "requests",
    "slo list",
    "slo rules",
    "decisions",
    "downgrade list",
    "journal verify",
    "replay",
    "demo",
    "serve",
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


def test_the_help_lists_every_command(capsys):
    with pytest.raises(SystemExit):
        burnline.main(["--help"])
    listed = capsys.readouterr().out
    assert [
        name for part in PARTS for name in part.commands if not re.search(rf"^    {name}\b", listed, re.MULTILINE)
    ] == []


def test_a_word_that_is_no_command_is_answered_with_all_of_them(capsys):
    with pytest.raises(SystemExit) as ended:
        burnline.main(["recuests"])
    assert ended.value.code == 2
    assert "'chargeback'" in capsys.readouterr().err
