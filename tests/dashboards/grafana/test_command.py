"""The command writes what is committed, with other addresses where they are asked for."""

import argparse
import json

import pytest
import yaml

from dashboards.grafana import command
from tests.dashboards.grafana.boards import FOLDER


def run(*words: object) -> int:
    parser = argparse.ArgumentParser("burnline")
    command.register(parser.add_subparsers(required=True))
    args = parser.parse_args(["grafana", *map(str, words)])
    return args.run(args)


def written(folder) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in folder.rglob("*.*")}


def test_without_more_it_writes_what_is_committed(tmp_path, capsys):
    assert run(tmp_path) == 0
    assert capsys.readouterr().out.startswith("8 boards in ")
    here = {"dashboards": str(tmp_path / "boards"), "container": "/var/lib/grafana/dashboards"}
    found = written(tmp_path)
    assert {name: text.replace(here["dashboards"], here["container"]) for name, text in found.items()} == {
        name: text
        for kind in ("boards", "provisioning")
        for name, text in {
            str(p.relative_to(FOLDER)): p.read_text("utf-8") for p in (FOLDER / kind).rglob("*.*")
        }.items()
    }


def test_addresses_are_written_where_they_belong(tmp_path):
    asked = ("--console", "https://costs.example.com/", "--prometheus", "http://metrics:9090", "--scraped-every", "1m")
    assert run(tmp_path, *asked, "--burnline", "http://burn:1", "--alertmanager", "http://pager:2") == 0
    found = written(tmp_path)
    sources = {
        one["uid"]: one for one in yaml.safe_load(found["provisioning/datasources/burnline.yaml"])["datasources"]
    }
    board = json.loads(found["boards/overview.json"])
    prometheus = sources["burnline-prometheus"]
    assert (prometheus["url"], prometheus["jsonData"]["timeInterval"]) == ("http://metrics:9090", "1m")
    assert prometheus["jsonData"]["exemplarTraceIdDestinations"][1]["url"].startswith(
        "https://costs.example.com/requests/"
    )
    assert sources["burnline-tempo"]["url"] == "http://burn:1/tempo"
    assert sources["burnline-alertmanager"]["url"] == "http://pager:2"
    [console] = [one for one in board["templating"]["list"] if one["name"] == "console"]
    assert console["query"] == console["current"]["value"] == "https://costs.example.com"
    [provider] = yaml.safe_load(found["provisioning/dashboards/burnline.yaml"])["providers"]
    assert provider["options"]["path"] == str(tmp_path / "boards")


@pytest.mark.parametrize(
    ("option", "value"),
    [("--console", "costs.example.com"), ("--prometheus", "http://x\nurl: y"), ("--scraped-every", "often")],
)
def test_what_is_no_address_is_refused_in_a_sentence(option, value, tmp_path, capsys):
    assert run(tmp_path, option, value) == 1
    assert f"{option} is {value}" in capsys.readouterr().err
    assert written(tmp_path) == {}


@pytest.mark.parametrize("name", ["a: b # c", 'it\'s "quoted"', "[x]", "søster", "$HOME"])
def test_a_folder_of_any_name_is_found_again_in_the_provisioning(tmp_path, name):
    assert run(tmp_path / name) == 0
    [provider] = yaml.safe_load(written(tmp_path / name)["provisioning/dashboards/burnline.yaml"])["providers"]
    assert provider["options"]["path"] == str(tmp_path / name / "boards").replace("$", "$$")


def test_what_is_no_folder_is_refused_and_nothing_is_written(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("here before", encoding="utf-8")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    before = sorted(tmp_path.rglob("*"))
    for folder in ("", "a\nb", "file", "circle/x", "x" * 300):
        assert run(folder) == 1
        assert capsys.readouterr().err.startswith("burnline grafana: ")
    assert sorted(tmp_path.rglob("*")) == before
