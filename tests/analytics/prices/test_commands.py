"""``burnline prices ...`` as somebody types it: what it prints, what it refuses, and that a refusal changes nothing."""

import argparse
import json
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest

from analytics.prices import PriceBook, stated_prices
from analytics.prices.commands import register
from analytics.prices.editions import record
from analytics.prices.lists import DATA
from collector.store import DuckDBStore
from tests.house.tree import ROOT

CONFIG = """\
prices:
  - {provider: openai, model: gpt-4o, discount: "0.12", weekdays: mon-fri}
price_aliases:
  - {provider: openai, alias: our-best, target: o3, effective_from: 2026-03-01}
routes: [whatever other sections say is not looked at]
"""


@pytest.fixture
def prices(capsys):
    """Run a command; gives its exit status, what it printed and what it complained."""
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers())

    def run(*words):
        args = parser.parse_args(["prices", *map(str, words)])
        status = args.run(args)
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "burnline.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


@pytest.fixture
def data(tmp_path):
    """A data directory in which two books were recorded."""
    folder = tmp_path / "data"
    store = DuckDBStore(folder)
    book = PriceBook.load()
    record(store, book, datetime(2026, 10, 1, tzinfo=UTC))
    entry = {"provider": "openai", "model": "gpt-4o", "usd_per_million": {"output": "7.50"}}
    record(store, book.with_rows(stated_prices([entry], "burnline.yaml", date.min)), datetime(2026, 11, 1, tzinfo=UTC))
    store.close()
    return folder


def test_list_shows_what_holds_in_lines_that_fit_a_terminal(prices):
    status, told, _ = prices("list", "gpt-5.6-sol", "--provider", "openai", "--at", "2026-11-01")
    lines = told.splitlines()
    assert status == 0
    assert max(map(len, lines)) <= 120
    assert lines[0].split() == ["provider", "model", "class", "USD", "list", "USD", "per", "confidence", "window"]
    shown = [line.split() for line in lines if line.startswith("openai") and " output " in line]
    assert ["openai", "gpt-5.6-sol", "output", "20", "20", "1M", "vendor_dated", "<=272000"] in shown
    assert ["openai", "gpt-5.6-sol", "output", "30", "30", "1M", "vendor_dated", ">272000"] in shown


def test_list_for_machines_keeps_every_digit(prices):
    _, told, _ = prices("list", "gpt-5.6-sol", "--provider", "openai", "--at", "2026-08-01", "--json")
    rows = [row for row in json.loads(told) if row["usage_class"] == "output" and row["model"] == "gpt-5.6-sol"]
    assert {(row["unit_price_usd"], row["when"]) for row in rows} == {
        ("0.00003", "until 2026-08-21, up to 272000 prompt tokens"),
        ("0.000045", "until 2026-08-21, over 272000 prompt tokens"),
    }


def test_list_says_how_many_models_it_left_out(prices):
    _, told, _ = prices("list", "gpt", "--limit", "2")
    assert told.splitlines()[-1].endswith("more models; name a part of one, or --limit 0")


def test_explain_says_which_row_priced_a_line_and_why(prices):
    status, told, _ = prices(
        "explain", "deepseek-v4-flash", "--provider", "deepseek", "--at", "2026-09-01T02:00:00Z", "--usage", "output=5"
    )
    lines = [line.strip() for line in told.splitlines()]
    assert status == 0
    assert lines[2].startswith("output: 5 x 0.00000132 = 0.0000066 USD (curated/deepseek/deepseek-v4-flash/")
    assert lines[3] == (
        "because date 2026-09-01T02:00:00Z is within 2026-08-22T16:00:00Z to 2026-09-10, "
        "weekday tue is within mon-fri, hours UTC 02:00 is within 01:00-04:00"
    )
    assert any(line.startswith("goes before 0.00000066 (genai-prices/") for line in lines)
    assert any(line.endswith("hours UTC 02:00 is not within 06:00-10:00") for line in lines)
    assert lines[-1] == "cost: 0.0000066 USD"


def test_explain_tells_contract_list_and_alias(prices, config):
    said = ("--provider", "openai", "--at", "2026-11-20T12:00:00Z", "--usage", "output=1", "--config", config)
    _, contract, _ = prices("explain", "gpt-4o", *said)
    assert "0.0000088 = 0.0000088 USD (burnline.yaml/openai/gpt-4o-0.12/" in contract
    assert "the list says 0.00001 (genai-prices/openai/gpt-4o/output/standard; undated)" in contract
    _, alias, _ = prices("explain", "our-best", *said)
    assert "at that time our-best meant o3" in alias


def test_explain_for_machines_holds_every_verdict(prices):
    _, told, _ = prices("explain", "gpt-5.6-sol", "--usage", "output=1", "--at", "2026-08-20", "--json")
    (line,) = json.loads(told)["lines"]
    assert (line["cost_usd"], line["list_unit_price_usd"]) == ("0.000030000000000", "0.00003")
    assert {"condition": "date", "asked": "open to 2026-08-21", "found": "2026-08-20", "holds": True} in line["because"]
    assert any(not verdict["holds"] for near in line["near"] for verdict in near["conditions"])


def test_explain_of_what_nobody_prices_ends_with_a_status(prices):
    status, told, _ = prices("explain", "gpt-97", "--usage", "output=1")
    assert status == 1
    assert "state its price under `prices:` of burnline.yaml" in told


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--at", "yesterday"),
        ("--at", "2026-02-30"),
        *(("--usage", f"output={n}") for n in ("-1", "1.5", "1_0", "\u0663")),
    ],
)
def test_an_option_that_is_none_is_refused_with_what_would_do(prices, capsys, option, value):
    with pytest.raises(SystemExit):
        prices("explain", "gpt-4o", option, value)
    complaint = capsys.readouterr().err
    assert value in complaint
    assert "write 2026-11-01" in complaint or "a whole number of one of" in complaint


def test_a_usage_class_that_does_not_exist_is_refused_with_those_that_do(prices, capsys):
    with pytest.raises(SystemExit):
        prices("explain", "gpt-4o", "--usage", "outptu=1")
    assert "expected CLASS=N, a whole number of one of input_uncached" in capsys.readouterr().err


@pytest.mark.parametrize("what", [(), ("shipped",)])
def test_check_finds_nothing_wrong_with_the_shipped_book(prices, what):
    status, told, _ = prices("check", *what)
    assert (status, told.splitlines()[-1].partition(" prices, ")[2]) == (0, "0 findings")


def test_check_of_a_configuration_refuses_a_hole_with_both_rows_named(prices, tmp_path):
    path = tmp_path / "burnline.yaml"
    row = "- {provider: acme, model: m, usd_each: {images: 1}, "
    path.write_text(
        f"prices:\n{row}effective_until: 2026-01-01}}\n{row}effective_from: 2026-02-01}}\n", encoding="utf-8"
    )
    status, _, complaint = prices("check", "--config", path)
    assert status == 1
    assert "burnline.yaml/acme/m/images/standard and burnline.yaml/acme/m/images/standard/2026-02-01" in complaint


def test_check_of_a_file_names_overlapping_rows(prices, tmp_path):
    path = tmp_path / "contract.csv"
    path.write_text("provider,model,usage_class,usd_each\nacme,m,images,1\nacme,m,images,2\n", encoding="utf-8")
    status, told, _ = prices("check", path)
    assert (status, told.splitlines()[-1]) == (1, "2 prices, 1 findings")
    assert told.startswith("overlap: acme/m/images/standard: contract.csv/acme/m/images/standard and")


def test_import_takes_a_price_file_over_and_the_next_command_uses_it(prices, tmp_path):
    path, data = tmp_path / "contract.csv", tmp_path / "data"
    path.write_text("provider,model,usage_class,usd_each\nacme,m,images,0.5\n", encoding="utf-8")
    assert prices("import", path, "--data", data)[0] == 0
    _, told, _ = prices("explain", "m", "--provider", "acme", "--usage", "images=3", "--data", data)
    assert "images: 3 x 0.5 = 1.5 USD (contract.csv/acme/m/images/standard;" in told


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("provider,model,usage_class,usd_each\nacme,m,images,cheap\n", "contract.csv:2  usd_each"),
        ("provider,model,usage_class,usd_each\nacme,m,images,1\nacme,m,images,2\n", "both price images of acme/m"),
        ("provider,model,usage_class,usd_each\nother,m,images,1\n", "both price images of other/m"),
    ],
)
def test_a_price_file_that_is_refused_changes_nothing(prices, tmp_path, text, complaint):
    path, data = tmp_path / "contract.csv", tmp_path / "data"
    path.write_text("provider,model,usage_class,usd_each\nother,m,images,0.5\n", encoding="utf-8")
    prices("import", path.rename(tmp_path / "before.csv"), "--data", data)
    kept = {one.name: one.read_bytes() for one in (data / "prices").iterdir()}
    path.write_text(text, encoding="utf-8")
    status, _, told = prices("import", path, "--data", data)
    assert status == 1
    assert complaint in told
    assert {one.name: one.read_bytes() for one in (data / "prices").iterdir()} == kept


def test_import_makes_lists_anew_in_a_folder(prices, tmp_path):
    folder = shutil.copytree(DATA, tmp_path / "lists")
    status, told, _ = prices("import", "--target", folder)
    assert status == 0
    assert told.splitlines()[-1] == f"written to {folder}"
    assert prices("diff", "shipped", folder)[1].splitlines()[-1] == "0 SKUs differ"


def test_diff_tells_old_and_new_figure_and_window(prices, tmp_path):
    folder = shutil.copytree(DATA, tmp_path / "lists")
    path = folder / "curated.csv"
    text = path.read_text(encoding="utf-8")
    start = "deepseek,deepseek-v4-pro,,standard,realtime,output,0.00000198,"
    path.write_text(text.replace(start, start.replace("0.00000198", "0.000002")), encoding="utf-8")
    _, told, _ = prices("diff", "shipped", folder)
    assert told.splitlines() == [
        "changed curated: deepseek/deepseek-v4-pro/output/standard",
        "  - 0.00000198 USD from 2026-08-22T16:00:00Z, sat-sun, 01:00-04:00 UTC",
        "  - 0.00000198 USD from 2026-08-22T16:00:00Z, sat-sun, 06:00-10:00 UTC",
        "  + 0.000002 USD from 2026-08-22T16:00:00Z, sat-sun, 01:00-04:00 UTC",
        "  + 0.000002 USD from 2026-08-22T16:00:00Z, sat-sun, 06:00-10:00 UTC",
        "1 SKUs differ",
    ]


def test_diff_of_two_recorded_instants_is_what_changed_between_them(prices, data):
    _, told, _ = prices("diff", "2026-10-15", "2026-11-15", "--data", data, "--json")
    (difference,) = json.loads(told)["prices"]
    assert (difference["change"], difference["part"], difference["after"][0]["figure"]) == (
        "added",
        "stated/burnline.yaml",
        "0.0000075 USD",
    )


def test_explain_as_of_a_recorded_instant_uses_the_book_of_then(prices, data):
    said = ("gpt-4o", "--provider", "openai", "--usage", "output=1", "--at", "2026-09-01", "--data", data, "--as-of")
    assert "1 x 0.00001 =" in prices("explain", *said, "2026-10-15")[1]
    assert "1 x 0.0000075 =" in prices("explain", *said, "2026-11-15")[1]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("diff", "shipped", "nowhere"), "'nowhere' is no folder, no file, no edition and no instant"),
        (("diff", "shipped", "2026-10-15"), "name it with --data DIR"),
        (("list", "--as-of", "2026-10-15", "--data", "nowhere"), "no burnline.duckdb in nowhere"),
        (("check", "nowhere.csv"), "nowhere.csv"),
        (("check", "--config", "nowhere.yaml"), "nowhere.yaml"),
    ],
)
def test_what_is_not_there_is_said_with_what_to_do(prices, words, complaint):
    status, _, told = prices(*words)
    assert status == 1
    assert complaint in told


HOLDER = """
import sys, pathlib
from collector.store import DuckDBStore
from tests.house.tree import ROOT
store = DuckDBStore(pathlib.Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_directory_that_another_process_holds_is_left_alone(prices, data):
    words = [sys.executable, "-c", HOLDER, str(data)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as holder:  # noqa: S603 - our own words
        assert holder.stdout.readline() == "held\n"
        status, _, told = prices("list", "--as-of", "2026-10-15", "--data", data)
        holder.kill()
    assert status == 1
    assert f"a running process holds {data}: stop it first" in told
