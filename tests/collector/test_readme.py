"""The page of the collector tells every key, status and dialect."""

from pathlib import Path

import pytest

import collector
from collector.configuration import reference_table
from collector.dialects.emitters import EMITTERS, UNKNOWN
from collector.normalise.usage import UsageStatus
from dashboards.configuration import SECTIONS

PAGE = (Path(collector.__file__).parent / "README.md").read_text(encoding="utf-8")


def test_the_configuration_table_is_the_generated_one():
    assert reference_table({name: SECTIONS[name] for name in ("attribution", "intake", "store")}) in PAGE


@pytest.mark.parametrize("status", UsageStatus)
def test_every_usage_status_is_explained(status):
    assert f"| `{status}` |" in PAGE


@pytest.mark.parametrize("dialect", sorted({row.dialect for row in (*EMITTERS, UNKNOWN)}))
def test_every_dialect_has_a_row(dialect):
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
    assert any(f"`{dialect}`" in row.split("|")[1] for row in rows)


def test_every_folder_has_a_row():
    folders = [path.parent for path in Path(collector.__file__).parent.glob("*/__init__.py")]
    assert [folder.name for folder in folders if f"| `{folder.name}/` |" not in PAGE] == []
