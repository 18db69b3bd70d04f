"""What the page about spending says is so."""

import re
from pathlib import Path

from analytics.spending import events, reservation, shapes
from analytics.spending.api import PATH
from analytics.spending.budget import SpendBudget
from collector.configuration import check, reference_table
from dashboards.configuration import SECTIONS

FOLDER = Path(shapes.__file__).parent
PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")


def test_every_module_is_named_and_every_named_one_exists():
    table = PAGE.partition("| module |")[2].partition("## Plan")[0]
    assert set(re.findall(r"`(\w+)\.py`", table)) == {path.stem for path in FOLDER.glob("[a-z]*.py")}


def test_the_keys_are_those_of_the_configuration():
    assert reference_table({"budgets": tuple[SpendBudget, ...]}) in PAGE


def test_the_example_has_no_mistake(tmp_path):
    path = tmp_path / "burnline.yaml"
    path.write_text(re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1], encoding="utf-8")
    assert check(path, SECTIONS) == []


def test_the_stated_times_are_those_of_the_code():
    names = ("SETTLED_AT_MOST_NS", "COMPLETE_AFTER_NS", "REMEMBERED_NS", "SKEW_NS")
    assert [getattr(reservation, name) // 10**9 for name in names] == [600, 10, 300, 2]
    assert f"{shapes.LONGEST_TTL_S} at most" in PAGE
    assert PATH in PAGE


def test_nothing_that_may_count_is_older_than_what_a_restart_reads():
    longest = (shapes.LONGEST_TTL_S * 1_000_000_000) + reservation.REMEMBERED_NS + reservation.SETTLED_AT_MOST_NS
    assert longest <= events.RECENT_NS
