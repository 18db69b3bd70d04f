"""The house is in order: every file can be found, read, and carried to another machine."""

import ast
import re

import pytest

from tests.house.tree import PACKAGES, ROOT, files

LONGEST = 300
LONGER_FOR_A_REASON = {
    "tests/analytics/prices/test_import.py": "two sources: each shape in which they write a price",
    "tests/analytics/stored.py": "one builder: every table that a request is stored in",
    "tests/collector/otlp/test_http.py": "one checklist: each rule of OTLP/HTTP with its answer",
    "tests/instrumentation/test_litellm_router.py": "one adapter: each promise sync, async and after errors",
    "tests/instrumentation/test_reader.py": "one thread: each thing that can happen to its publisher",
    "tests/instrumentation/test_streams.py": "one table of streams, and each way a stream can end",
}
MACHINE_PATH = re.compile(r"(?<![\w.~$}-])/(?:tmp|root|home|Users|opt)/")


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_explains_itself(package):
    folder = ROOT / package
    assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))
    assert (folder / "README.md").is_file(), f"{package}/README.md: one page, idea, tables, configuration, decisions"


@pytest.mark.parametrize("readme", files("README.md"), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(readme):
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", readme.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (readme.parent / target).exists()] == []


def test_every_tested_folder_is_one_of_the_tree():
    about = {
        *PACKAGES,
        "benchmarks",
        "console",
        "differential",
        "fixtures",
        "flow",
        "goldens",
        "house",
        "laws",
        "official_validator",
        "rules",
        "stack",
    }
    found = {path.relative_to(ROOT / "tests").parts[0] for path in files() if path.is_relative_to(ROOT / "tests")}
    assert {name for name in found if not name.endswith(".py")} <= about


def test_files_are_short_or_have_a_reason():
    lines = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8").count("\n") for path in files(".py")}
    assert {name: count for name, count in lines.items() if count > LONGEST and name not in LONGER_FOR_A_REASON} == {}


def test_a_reason_is_given_only_where_one_is_needed():
    lines = {name: (ROOT / name).read_text(encoding="utf-8").count("\n") for name in LONGER_FOR_A_REASON}
    assert {name: count for name, count in lines.items() if count <= LONGEST} == {}


def test_every_query_says_what_one_row_is():
    written = [path for path in files(".sql") if path.relative_to(ROOT).parts[0] != "tests"]  # goldens are printed
    assert written
    assert [path.name for path in written if not path.read_text(encoding="utf-8").startswith("-- ")] == []


def test_no_file_names_a_place_on_somebodys_machine():
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in files()
        if path.suffix != ".png"  # a picture has no lines
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if MACHINE_PATH.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(("line", "found"), [("open('{}/x')", True), ("a{}/x", False), ("{}_path", False)])
def test_a_place_on_a_machine_is_told_from_a_part_of_a_path(line, found):
    assert bool(MACHINE_PATH.search(line.format("/tmp"))) is found  # noqa: S108 - a text, not a file
