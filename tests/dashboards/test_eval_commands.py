"""``burnline eval``: a system is scored, an equal one passes, a worse one is refused, and the exit status says so."""

import json
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from burnline import main
from tests.analytics.evaluation.worlds import answer_line, golden_line, write_lines

ITEMS = 60


@pytest.fixture
def world(tmp_path):
    """A golden set, and answers of which one in twenty, or every third, is bad."""
    write_lines(tmp_path / "golden.jsonl", [golden_line(n) for n in range(ITEMS)])
    for name, every in (("good", 20), ("worse", 3)):
        write_lines(tmp_path / f"{name}.jsonl", [answer_line(n, good=n % every != 0) for n in range(ITEMS)])
    return tmp_path


def evaluated(capsys, *words):
    status = main(["eval", *map(str, words)])
    told = capsys.readouterr()
    return status, told.out, told.err


def run_file(world, capsys, name, *words):
    status, out, err = evaluated(
        capsys, "run", "--golden", world / "golden.jsonl", "--system", world / f"{name}.jsonl",
        "--to", world / f"{name}.run.jsonl", *words,
    )  # fmt: skip
    assert (status, err) == (0, ""), err
    return out


def test_a_run_tells_both_sides_apart_and_what_it_cost(world, capsys):
    told = run_file(world, capsys, "good", "--name", "v1")
    assert told.startswith(f"v1: {ITEMS} items, 0 failed\nretrieval\n")
    assert "recall@5             0.950  60 items" in told
    assert "forbidden            0.950  60 items" in told
    cost = Decimal("0.0035") * ITEMS  # 1,000 x 2.50 and 100 x 10 per million, each
    assert f"cost {cost.normalize():f} USD of {ITEMS} answers; 0 without a price" in told


def test_why_questions_fail_and_scores_are_missing_is_told(world, capsys):
    lines = [{"id": f"q{n}", "answer": None, "error": "HTTP 503: busy"} for n in range(ITEMS)]
    answers = [json.loads(line) for line in (world / "good.jsonl").read_text().splitlines()]
    write_lines(world / "half.jsonl", [*lines[: ITEMS // 2], *answers[ITEMS // 2 :]])
    told = run_file(world, capsys, "half")
    assert f"{ITEMS // 2} failed: HTTP 503: busy ({ITEMS // 2})\n" in told


def test_a_run_without_any_answer_is_no_baseline_and_is_not_written(world, capsys):
    write_lines(world / "off.jsonl", [{"id": f"q{n}", "answer": None, "error": "refused"} for n in range(ITEMS)])
    system = ("--golden", world / "golden.jsonl", "--system", world / "off.jsonl")
    status, _, said = evaluated(capsys, "run", *system, "--to", world / "off.run.jsonl")
    assert (status, (world / "off.run.jsonl").exists()) == (2, False)
    assert f"no question was answered (refused ({ITEMS}))" in said
    run_file(world, capsys, "good")
    assert evaluated(capsys, "run", *system, "--against", world / "good.run.jsonl")[0] == 1


def test_an_equal_system_passes_and_a_worse_one_is_refused(world, capsys):
    run_file(world, capsys, "good")
    run_file(world, capsys, "worse")
    good, worse = world / "good.run.jsonl", world / "worse.run.jsonl"
    assert evaluated(capsys, "gate", good, good)[0] == 0
    status, told, _ = evaluated(capsys, "gate", good, worse)
    assert status == 1
    assert told.startswith("## Evaluation gate: refuse\n")
    assert "### Retrieval" in told
    assert "### Generation" in told
    assert evaluated(capsys, "compare", good, worse)[0] == 0


def test_run_and_gate_are_one_command_in_ci(world, capsys):
    run_file(world, capsys, "good")
    words = ["run", "--golden", world / "golden.jsonl", "--against", world / "good.run.jsonl", "--json"]
    assert evaluated(capsys, *words, "--system", world / "good.jsonl")[0] == 0
    status, told, _ = evaluated(capsys, *words, "--system", world / "worse.jsonl")
    assert status == 1
    assert json.loads(told)["verdict"] == "refuse"


def test_too_few_items_are_no_pass(world, capsys):
    write_lines(world / "golden.jsonl", [golden_line(n) for n in range(12)])
    write_lines(world / "few.jsonl", [answer_line(n) for n in range(12)])
    run_file(world, capsys, "few")
    status, told, _ = evaluated(capsys, "gate", world / "few.run.jsonl", world / "few.run.jsonl")
    assert status == 3
    assert "; about 29 items would tell" in told  # 1 - 0.1 to the 29th is 0.047


def test_reports_for_a_pull_request_and_for_ci_are_written_beside(world, capsys):
    run_file(world, capsys, "good")
    run_file(world, capsys, "worse")
    evaluated(
        capsys, "gate", world / "good.run.jsonl", world / "worse.run.jsonl",
        "--markdown", world / "gate.md", "--junit", world / "gate.xml",
    )  # fmt: skip
    assert (world / "gate.md").read_text(encoding="utf-8").startswith("## Evaluation gate: refuse")
    suite = ET.parse(world / "gate.xml").getroot()  # noqa: S314 - our own
    assert suite.get("failures") == str(len(suite.findall("testcase/failure"))) != "0"


def test_an_evaluation_file_says_what_is_scored_and_tolerated(world, capsys):
    (world / "eval.yaml").write_text(
        "run: {golden: golden.jsonl}\n"
        "metrics:\n"
        "  - {metric: recall, at: 1, tolerated: 0.5, noticed: 0.6}\n"
        "  - {metric: matches, pattern: '\\[faq-\\d+\\]', gates: false}\n",
        encoding="utf-8",
    )
    for name in ("good", "worse"):
        words = (
            "--config",
            world / "eval.yaml",
            "--system",
            world / f"{name}.jsonl",
            "--to",
            world / f"{name}.run.jsonl",
        )
        assert evaluated(capsys, "run", *words)[0] == 0
    pair = (world / "good.run.jsonl", world / "worse.run.jsonl")
    assert evaluated(capsys, "gate", *pair, "--config", world / "eval.yaml")[0] == 0
    assert evaluated(capsys, "gate", *pair)[0] == 1


def test_paths_of_an_evaluation_file_are_from_its_folder(world, capsys):
    (world / "shape.json").write_text('{"type": "string"}', encoding="utf-8")
    (world / "eval.yaml").write_text(
        "run: {golden: golden.jsonl, system: good.jsonl}\nmetrics: [{metric: json, schema: shape.json}]\n",
        encoding="utf-8",
    )
    status, told, _ = evaluated(capsys, "run", "--config", world / "eval.yaml")
    assert status == 0
    assert json.loads(told.splitlines()[1])["scores"] == {"json": 0.0}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("run", "--golden", "{}/nowhere.jsonl", "--system", "{}/good.jsonl"), "nowhere.jsonl: no readable file"),
        (("run", "--golden", "{}/golden.jsonl", "--system", "nowhere"), "nowhere: no such file; expected a file of"),
        (("run", "--golden", "{}/golden.jsonl"), "no system: name it with --system"),
        (("gate", "{}/golden.jsonl", "{}/golden.jsonl"), "golden.jsonl:1: no run of format 1"),
        (("gate", "{}/golden.jsonl", "{}/golden.jsonl", "--level", "2"), "--level 2.0: expected more than 0"),
    ],
)
def test_what_cannot_be_used_is_said_and_ends_with_two(world, capsys, words, says):
    status, _, told = evaluated(capsys, *(word.format(world) for word in words))
    assert status == 2
    assert says in told


def test_a_mistake_in_the_evaluation_file_names_its_line(world, capsys):
    (world / "eval.yaml").write_text("metrics:\n  - {metric: recall, pattern: x}\n", encoding="utf-8")
    status, _, told = evaluated(capsys, "run", "--config", world / "eval.yaml")
    assert status == 2
    assert "eval.yaml:2  metrics[0].pattern" in told


def test_reviews_are_held_against_each_other_and_the_run(world, capsys):
    run_file(world, capsys, "worse")
    lines = [f"q{n},{name},{'fail' if n % 3 == 0 else 'pass'}" for n in range(ITEMS) for name in ("ada", "bob")]
    (world / "reviews.csv").write_text("\n".join(["id,reviewer,label", *lines]), encoding="utf-8")
    words = ("review", "import", world / "reviews.csv", "--against", world / "worse.run.jsonl")
    status, told, _ = evaluated(capsys, *words)
    assert status == 0
    assert f"  ada and bob: agree on 100% (94% .. 100%) of {ITEMS} answers, kappa 1.00" in told
    assert f"  forbidden: agree on 100% (94% .. 100%) of {ITEMS} answers, kappa 1.00" in told
