"""A part may be another package's, as far as imports may go; it is written once and somebody takes it."""

import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from collector.store.parts import TAKE, stored_part, taken

ROOT = Path(__file__).parents[3]
ROOTS = ("collector", "analytics", "alerts", "dashboards")
FILES = [path.relative_to(ROOT) for root in ROOTS for path in sorted((ROOT / root).rglob("*.sql"))]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
LAYERS = [
    [
        [f"{container}.{name}".strip(".") for name in layer.replace("|", " | ").replace(":", " ").split()]
        for layer in told["layers"]
    ]
    for told in CONTRACTS
    if told["type"] == "layers"
    for container in told.get("containers", [""])
]
"""For each contract its layers, the highest first: names, and ``|`` between those that know nothing of each other."""


def home(path: Path) -> str:
    return ".".join(path.parts[: path.parts.index("queries")])


def takes() -> Iterator[tuple[str, str, str]]:
    """Who takes which part from whom."""
    for path in FILES:
        for package, name in TAKE.findall((ROOT / path).read_text()):
            yield home(path), package or home(path), name


def place(package: str, layers: list[list[str]]) -> tuple[int, str] | None:
    """The layer of a package, and its name in it."""
    within = (
        (rank, name) for rank, layer in enumerate(layers) for name in layer if f"{package}.".startswith(f"{name}.")
    )
    return next(within, None)


def may_import(importer: str, imported: str) -> bool:
    """Whether no contract on layers forbids it."""
    for layers in LAYERS:
        above, below = place(importer, layers), place(imported, layers)
        if above and below and above != below:
            same = above[0] == below[0]
            if above[0] > below[0] or (same and any("|" in name for name in layers[above[0]])):
                return False
    return True


@pytest.mark.parametrize(
    ("importer", "imported", "allowed"),
    [
        ("alerts.effects", "analytics.outcomes", True),
        ("analytics.outcomes", "alerts", False),
        ("collector.store", "analytics", False),
        ("alerts.effects", "alerts", True),
        ("analytics.ledger", "analytics.prices", True),
        ("analytics.prices", "analytics.ledger", False),
        ("analytics.allocation", "analytics.spending", False),
        ("analytics.runs", "analytics.derive", True),
    ],
)
def test_what_may_be_taken_follows_the_contracts_on_imports(importer, imported, allowed):
    assert may_import(importer, imported) is allowed


def test_parts_are_taken_only_from_packages_that_may_be_imported():
    found = list(takes())
    assert len({package for asking, package, _ in found if asking != package}) > 1
    assert [take for take in found if not may_import(*take[:2])] == []


def test_packages_take_from_each_other_without_a_circle():
    needs: dict[str, set[str]] = {}
    for asking, package, _ in takes():
        needs.setdefault(asking, set()).update({package} - {asking})
    assert list(TopologicalSorter(needs).static_order())


def test_every_part_is_taken_by_somebody():
    parts = {(home(path), path.stem) for path in FILES if path.parent.name == "parts"}
    assert parts == {(package, name) for _, package, name in takes()}


def test_a_part_of_another_package_takes_its_own_parts_from_home():
    texts = {("there", "outer"): "-- take inner\nouter as (select 1)\n", ("there", "inner"): "inner as (select 2)\n"}
    text = taken("with\n-- take there.outer\nselect 3", "here", lambda *asked: texts[asked])
    assert text == "with\ninner as (select 2),\nouter as (select 1)\nselect 3"


def test_a_part_that_nobody_wrote_names_its_file():
    with pytest.raises(FileNotFoundError, match=r"analytics/queries/parts/owed\.sql"):
        taken("-- take analytics.owed\n", "alerts", stored_part)
