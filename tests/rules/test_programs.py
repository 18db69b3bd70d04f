"""Where a program cannot be had its tests say so, and in CI they fail."""

import pytest

from tests import programs
from tests.programs import NoProgram, Program, needed


@pytest.fixture
def _no_such_program(monkeypatch: pytest.MonkeyPatch, tmp_path):
    """A program that is not on PATH, on a machine without apt."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "FETCHED", tmp_path / "fetched")
    monkeypatch.setitem(programs.PROGRAMS, "oracle", Program("oracle-package", ("oracle",)))


@pytest.mark.usefixtures("_no_such_program")
def test_a_test_that_needs_it_is_skipped_loudly(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="NOT CHECKED, as there is no oracle: found no apt-get"):
        needed("oracle")


@pytest.mark.usefixtures("_no_such_program")
def test_in_ci_it_fails(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(NoProgram, match="install oracle-package yourself"):
        needed("oracle")


@pytest.mark.usefixtures("_no_such_program")
def test_one_on_path_is_taken_and_its_version_printed(tmp_path, capsys: pytest.CaptureFixture[str]):
    oracle = tmp_path / "oracle"
    oracle.write_text("#!/bin/sh\necho oracle 7\n", encoding="utf-8")
    oracle.chmod(0o755)
    assert needed("oracle") == oracle
    assert capsys.readouterr().err == f"oracle 7 ({oracle})\n"
    programs.program.cache_clear()
