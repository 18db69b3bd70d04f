"""The folder that takes the copy of an export: one export, whole, and nothing of anybody else is touched."""

import hashlib
import json

import pytest

from dashboards.asking import NoAnswer
from dashboards.export_folder import Wanted, check, copy

OCTOBER = Wanted("2026-10", "focus-1.4", "machine")
CONTENT = "newer"
SHA256 = hashlib.sha256(CONTENT.encode()).hexdigest()


def manifest(folder, *names, **said):
    document = {"kind": "burnline-focus-export", "period": {"month": "2026-10"}, "profile": "focus-1.4"}
    files = [{"name": name} for name in names]
    (folder / "manifest.json").write_text(json.dumps(document | {"form": "machine", "files": files} | said))


def fetched(folder, *names):
    copy(folder, dict.fromkeys(names, SHA256), lambda _, target: target.write_text(CONTENT))


def test_a_folder_that_is_new_or_holds_the_same_export_takes_it(tmp_path):
    check(tmp_path / "new", OCTOBER)
    manifest(tmp_path)
    check(tmp_path, OCTOBER)


@pytest.mark.parametrize("said", [{"period": {"month": "2026-09"}}, {"profile": "focus-1.2"}, {"form": "spreadsheet"}])
def test_a_folder_of_another_export_is_refused(tmp_path, said):
    manifest(tmp_path, **said)
    with pytest.raises(NoAnswer, match=r"name another folder for 2026-10 as focus-1\.4 for machine"):
        check(tmp_path, OCTOBER)


@pytest.mark.parametrize("text", ["{", '{"name": "a web page"}'])
def test_a_folder_with_somebody_elses_manifest_is_refused(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(NoAnswer, match="is no manifest of Burnline"):
        check(tmp_path, OCTOBER)


def test_what_only_an_earlier_copy_had_goes_and_nothing_else(tmp_path):
    beside, folder = tmp_path / "beside.csv", tmp_path / "out"
    folder.mkdir()
    manifest(folder, "unpriced.csv", "rounded_view.xlsx", "../beside.csv")
    for path in (beside, folder / "rounded_view.xlsx", folder / "notes.txt"):
        path.write_text("older")
    fetched(folder, "manifest.json", "unpriced.csv")
    assert {path.name for path in folder.iterdir()} == {"manifest.json", "unpriced.csv", "notes.txt"}
    assert beside.exists()


def test_a_file_that_changes_while_it_is_fetched_is_noticed(tmp_path):
    with pytest.raises(NoAnswer, match=r"cost_and_usage\.csv was written anew while it was fetched"):
        copy(tmp_path, {"cost_and_usage.csv": "0" * 64}, lambda _, target: target.write_text(CONTENT))


@pytest.mark.parametrize("to", ["a file", "a file/below"])
def test_a_folder_that_cannot_be_written_is_named(tmp_path, to):
    (tmp_path / "a file").write_text("")
    with pytest.raises(NoAnswer, match=to):
        fetched(tmp_path / to, "unpriced.csv")
