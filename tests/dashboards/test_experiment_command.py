"""``burnline experiments`` and ``burnline recommend`` answer from a data directory."""

import json

import pytest

import burnline
from tests.analytics.experiments.traffic import Served, stored


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A data directory with two hundred requests of an experiment."""
    folder = tmp_path_factory.mktemp("data")
    served = [Served(("control", "new")[at % 2], tokens=(100, 60)[at % 2] + at % 9) for at in range(400)]
    stored(*served, folder=folder).close()
    return str(folder)


def asked(capsys, *words):
    status = burnline.main(list(words))
    return status, capsys.readouterr()


def test_experiments_are_listed_and_one_is_judged(folder, capsys):
    window = ("--start", "2026-11-18T00:00:00Z", "--until", "2026-11-20T00:00:00Z")
    status, said = asked(capsys, "experiments", "--data", folder, *window)
    assert (status, "answers" in said.out) == (0, True)
    status, said = asked(capsys, "experiments", "answers", "--data", folder, "--until", "2026-11-20T00:00:00Z")
    assert (status, "cost_usd" in said.out, "better" in said.out) == (0, True, True)
    _, said = asked(capsys, "experiments", "answers", "--data", folder, "--json", "--until", "2026-11-20T00:00:00Z")
    assert json.loads(said.out)["control"] == "control"


def test_what_is_not_there_is_said(folder, capsys):
    status, said = asked(capsys, "experiments", "nothing", "--data", folder)
    assert (status, "no span named an experiment nothing" in " ".join(said.err.split())) == (1, True)


def test_recommendations_are_told_or_that_there_are_none(folder, capsys):
    status, said = asked(capsys, "recommend", "--data", folder, "--until", "2026-11-20T00:00:00Z")
    assert (status, "with enough requests: 1." in " ".join(said.out.split())) == (0, True)
    status, said = asked(capsys, "recommend", "--data", folder, "--start", "yesterday")
    assert (status, "start" in said.err) == (1, True)
