"""Section ``freshness``: one cadence for each index, and a length of time."""

import pytest

from analytics.retrieval.settings import Cadence
from dashboards.configuration import Configuration, problems


def written(tmp_path, text):
    path = tmp_path / "burnline.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_cadences_are_read_with_and_without_an_index(tmp_path):
    path = written(tmp_path, "freshness:\n  - {index: handbook, within: 7d}\n  - {within: 90m}\n")
    found = Configuration(path, {}).section("freshness", tuple)
    assert found == (Cadence(7 * 86_400.0, "handbook"), Cadence(5_400.0))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("  - {index: news, within: 1d}\n  - {index: news, within: 2d}\n", "a second cadence of news"),
        ("  - {within: 1d}\n  - {within: 2d}\n", "a second cadence of every other index"),
        ("  - {index: news, within: 0s}\n", "expected more than 0"),
        ("  - {index: news}\n", "within"),
    ],
)
def test_what_cannot_hold_is_said_with_its_line(tmp_path, rows, said):
    found = problems(written(tmp_path, f"freshness:\n{rows}"), {})
    assert len(found) == 1
    assert said in str(found[0])
