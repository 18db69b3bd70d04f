"""``burnline detect`` reads what people have, writes a score for every row, and says which line it cannot read."""

import csv
import io

import pytest

from analytics.anomalies.figures_file import FileRefused, figures
from burnline import main
from tests.analytics.anomalies.figures import figures as made


def read(*lines):
    return [(row.at_s, row.value) for row in figures(lines)]


def detected(capsys, path, *options):
    assert main(["detect", str(path), *options]) == 0
    printed = capsys.readouterr()
    return list(csv.DictReader(io.StringIO(printed.out))), printed.err


@pytest.mark.parametrize(
    "timestamp",
    ["1970-01-01T00:01:00Z", "1970-01-01 00:01:00", "1970/01/01 00:01", "1970-01-01T01:01:00+01:00", " 60 ", "6e1"],
)
def test_times_are_read_as_people_write_them(timestamp):
    assert read(f"{timestamp},1") == [(60.0, 1.0)]


@pytest.mark.parametrize("number", ["1763712000", "1763712000000", "1763712000000000", "1763712000000000000"])
def test_numbers_since_1970_are_told_apart_by_their_size(number):
    assert read(f"{number},1") == [(1763712000.0, 1.0)]


@pytest.mark.parametrize("names", ["timestamp,value", "Timestamp,Value,label", "when,how much", "ds,y", ""])
def test_a_line_of_names_is_none_of_the_rows(names):
    assert read(names, "60,1") == [(60.0, 1.0)]


def test_columns_are_found_by_their_names():
    assert read("value,is_anomaly,timestamp", "5,0,60") == [(60.0, 5.0)]


@pytest.mark.parametrize("lines", [["0;1,5", "60;2"], ["time\tvalue", "0\t1.5", "60\t2"], ["time|y", "0|1.5", "60|2"]])
def test_columns_stand_apart_by_semicolons_tabs_or_bars_as_well(lines):
    assert read(*lines) == [(0.0, 1.5), (60.0, 2.0)]


def test_rows_may_be_empty_or_without_a_value():
    assert read("60,1", "", "120,", "180,NaN", "240,-inf", "300,2") == [
        (60.0, 1.0),
        (120.0, None),
        (180.0, None),
        (240.0, None),
        (300.0, 2.0),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("yesterday,1", "line 3: found the timestamp 'yesterday'"),
        ("2026-13-01,1", "line 3: found the timestamp '2026-13-01'"),
        ("60,much", "line 3: found the value 'much'"),
        ("60,1e", "line 3: found the value '1e'"),
        ("60," + 200_000 * "1", "line 3: field larger than field limit"),
        ("60", "line 3: found '60', expected timestamp,value"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(row, said):
    with pytest.raises(FileRefused, match=said):
        read("timestamp,value", "0,1", row)


def test_every_row_gets_a_score_and_the_wild_one_an_alarm(capsys, tmp_path):
    rows = [*made("normal", 7, 3_000), (900_000.0, 25.0)]
    path = tmp_path / "figures.csv"
    path.write_text("timestamp,value\n" + "".join(f"{at_s},{value}\n" for at_s, value in rows))
    scores, said = detected(capsys, path)
    assert len(scores) == 3_001
    assert float(scores[-1]["anomaly_score"]) >= 0.5
    assert said.startswith("3,001 rows, ")


def test_a_file_from_a_spreadsheet_with_holes_and_doubled_rows_is_scored(capsys, tmp_path):
    path = tmp_path / "figures.csv"
    path.write_text("timestamp,value,label\r\n0,1,0\r\n300,,0\r\n300,2,0\r\n300,2,0\r\n0,3,1\r\n", encoding="utf-8-sig")
    scores, said = detected(capsys, path)
    assert [row["anomaly_score"] for row in scores] == ["0.0"] * 5
    assert "1 without a value" in said
    assert "1 earlier than the row above, the first in line 6" in said


def test_a_file_that_is_not_there_or_unreadable_is_an_error_with_its_name(capsys, tmp_path):
    missing, binary = tmp_path / "missing.csv", tmp_path / "binary.csv"
    binary.write_bytes(b"0,1\n60,\xff\n")
    for path in (missing, binary):
        assert main(["detect", str(path)]) == 1
        assert f"burnline detect: {path}: " in capsys.readouterr().err


def test_a_setting_that_cannot_be_kept_is_refused(capsys, tmp_path):
    with pytest.raises(SystemExit):
        main(["detect", str(tmp_path / "any.csv"), "--false-alarms", "0.5"])
    assert "--false-alarms: found '0.5', expected a rate above 0 and below 0.05" in capsys.readouterr().err


def test_a_file_is_not_written_over_itself(capsys, tmp_path):
    path = tmp_path / "figures.csv"
    path.write_text("0,1\n60,2\n")
    assert main(["detect", str(path), "--out", str(path)]) == 1
    assert f"{path}: --out is the file that is read; expected another one" in capsys.readouterr().err
    assert path.read_text() == "0,1\n60,2\n"


def test_where_nothing_can_be_written_that_place_is_named(capsys, tmp_path):
    path, nowhere = tmp_path / "figures.csv", tmp_path / "nowhere" / "scores.csv"
    path.write_text("0,1\n")
    assert main(["detect", str(path), "--out", str(nowhere)]) == 1
    assert capsys.readouterr().err == f"burnline detect: {nowhere}: No such file or directory\n"


def test_names_in_another_encoding_do_not_matter(capsys, tmp_path):
    path = tmp_path / "figures.csv"
    path.write_bytes("timestamp,value,gr\xf6\xdfe\n0,1,2\n".encode("latin-1"))
    scores, said = detected(capsys, path)
    assert len(scores) == 1
    assert said == "1 row, 0 alarms (scores from 0.5 on)\n"


@pytest.mark.parametrize("content", ["", "timestamp,value\n", "\n\n"])
def test_a_file_without_rows_has_no_scores(capsys, tmp_path, content):
    path = tmp_path / "figures.csv"
    path.write_text(content)
    assert detected(capsys, path) == ([], "0 rows, 0 alarms (scores from 0.5 on)\n")
