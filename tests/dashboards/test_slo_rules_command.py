"""``burnline slo rules``, as a person runs it."""

import argparse
import os
import subprocess

import pytest

from dashboards import slo_rules_command
from tests.house.tree import ROOT
from tests.programs import needed


def ran(*words: object) -> int:
    parser = argparse.ArgumentParser()
    slo_rules_command.register(parser.add_subparsers(required=True))
    args = parser.parse_args([str(word) for word in ("rules", *words)])
    return args.run(args)


def test_the_example_becomes_rules_that_prometheus_accepts(tmp_path):
    out = tmp_path / "rules.yml"
    assert ran("--config", ROOT / "burnline.example.yaml", "--out", out) == 0
    command = [needed("promtool"), "check", "rules", "--lint-fatal", out]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603 - a program of Debian
    assert [path.name for path in tmp_path.iterdir()] == ["rules.yml"]


def test_they_are_printed_where_no_file_is_named(capsys: pytest.CaptureFixture[str]):
    assert ran("--config", ROOT / "burnline.example.yaml") == 0
    printed = capsys.readouterr().out
    assert "sloth_id: burnline-quick-answers" in printed
    assert 'budget="support-month"' in printed


def test_a_place_that_cannot_be_written_is_named(tmp_path, capsys: pytest.CaptureFixture[str]):
    assert ran("--config", ROOT / "burnline.example.yaml", "--out", tmp_path / "none" / "rules.yml") == 1
    assert "none" in capsys.readouterr().err


@pytest.mark.parametrize("out", ["", ".", "/", "folder"])
def test_a_folder_is_no_place_for_the_rules_and_nothing_is_left_in_it(tmp_path, monkeypatch, capsys, out):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    assert ran("--config", ROOT / "burnline.example.yaml", "--out", out) == 1
    assert "directory" in capsys.readouterr().err
    assert list(tmp_path.rglob("*")) == [tmp_path / "folder"]


def test_what_is_no_file_stays_what_it_is(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:  # noqa: S603, S607 - of every system
        assert ran("--config", ROOT / "burnline.example.yaml", "--out", pipe) == 0
        assert b"sloth_id: burnline-quick-answers" in reader.communicate()[0]
    assert pipe.is_fifo()


def test_a_mistake_in_the_configuration_is_told(tmp_path, capsys: pytest.CaptureFixture[str]):
    config = tmp_path / "burnline.yaml"
    config.write_text("objectives: [{name: answers, sli: availability, target: 99.5}]", encoding="utf-8")
    assert ran("--config", config) == 1
    assert "ratio" in capsys.readouterr().err
