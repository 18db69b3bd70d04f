"""What the page about analytics says is so."""

import re
from pathlib import Path

from analytics.derive.purposes import Purpose
from analytics.derive.rates import RateStatus
from analytics.derive.resolve import USAGE_WORDS
from analytics.prices import UnpricedReason
from collector.configuration import reference_table
from dashboards.configuration import SECTIONS

FOLDER = Path(__file__).parents[3] / "analytics"
PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")


def row(beginning: str) -> str:
    return next(line for line in PAGE.splitlines() if line.startswith(beginning))


def test_every_module_of_derivation_is_named_and_every_named_one_exists():
    table = PAGE.partition("| module |")[2].partition("## One derivation")[0]
    named = set(re.findall(r"`(?:\w+/)?(\w+)\.py`", table))
    files = {path.stem for folder in (FOLDER, FOLDER / "derive", FOLDER / "runs") for path in folder.glob("*.py")}
    assert named <= files
    assert {path.stem for name in ("derive", "runs") for path in (FOLDER / name).glob("[a-z]*.py")} <= named


def test_the_keys_are_those_of_the_configuration():
    keys = [line for line in PAGE.splitlines() if line.startswith("| `derive.")]
    assert keys == [line for line in reference_table(SECTIONS).splitlines() if line.startswith("| `derive.")]


def test_the_words_of_the_tables_are_all_there():
    assert set(re.findall(r"`(\w+)`", row("| `requests.usage_status`").split("|")[2])) == set(USAGE_WORDS)
    assert set(re.findall(r"`(\w+)`", row("| `rates.status`").split("|")[2])) == {*RateStatus, *UnpricedReason}
    assert set(re.findall(r"`(\w+)`", row("| `ledger_lines.purpose`").split("|")[2].partition(":")[0])) == {*Purpose}
