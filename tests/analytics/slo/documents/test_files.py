"""Documents in files and folders: what is read, and what is wrong with file, line and remedy."""

from pathlib import Path

import pytest

from alerts.policy import RoutePolicy, sound
from analytics.slo.documents import strict_yaml
from analytics.slo.documents.checking import checked
from analytics.slo.documents.files import gathered, read_objectives, with_documents
from analytics.slo.documents.settings import SECTIONS, ObjectiveDocuments, Pack
from analytics.slo.documents.strict_yaml import LARGEST_BYTES, documents
from analytics.slo.objective import Objective, Sli
from collector.configuration import ConfigurationError, load

ONE = "objectives:\n  - {name: one, sli: availability, target: 0.99, route: answer}\n"
TWO = "objectives:\n  - {name: two, sli: latency, target: 0.95, threshold_ms: 2500}\n"
OWN = Objective("own", Sli.AVAILABILITY, 0.99)


def refusal(act, *words):
    with pytest.raises(ConfigurationError) as refused:
        act(*words)
    return refused.value.problems[0]


def test_a_folder_is_read_with_all_below_it_in_the_order_of_the_names(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "two.yml").write_text(TWO)
    (tmp_path / "a.yaml").write_text(f"{ONE}---\n{ONE.replace('one', 'three')}")
    (tmp_path / "notes.txt").write_text("no document")
    assert [one.name for one in read_objectives([tmp_path])] == ["one", "three", "two"]


def test_a_configuration_gathers_its_own_objectives_its_files_and_the_pack(tmp_path):
    (tmp_path / "one.yaml").write_text(ONE)
    documented = ObjectiveDocuments(files=("one.yaml",))
    values = {"objectives": (OWN,), "objective_documents": documented, "slo_pack": Pack.DEFAULT}
    assert [one.name for one in gathered(values, tmp_path)][:3] == ["own", "one", "slow-answers"]
    assert gathered({}, tmp_path) == ()


def test_the_sections_are_loaded_as_people_write_them(tmp_path):
    (tmp_path / "burnline.yaml").write_text(
        "slo_pack: default\nslo_pack_parameters: {route: answer, monthly_budget_usd: 900, expected_requests: 600000}\n"
        "objective_documents: {require_approval: true, files: [slo]}\n"
    )
    (tmp_path / "slo").mkdir()
    (tmp_path / "slo" / "one.yaml").write_text(ONE)
    values = load(tmp_path / "burnline.yaml", SECTIONS)
    assert values["objective_documents"].require_approval
    names = [one.name for one in gathered(values, tmp_path)]
    assert (names[0], "cost-per-request" in names) == ("one", True)
    assert load(None, SECTIONS)["slo_pack"] is None
    assert load(None, SECTIONS, environ={"BURNLINE_SLO_PACK": "default"})["slo_pack"] is Pack.DEFAULT


def test_rules_between_sections_hold_for_objectives_of_documents(tmp_path):
    (tmp_path / "one.yaml").write_text(ONE)
    values = {
        "objective_documents": ObjectiveDocuments(files=("one.yaml",)),
        "routes": (RoutePolicy("answer", ("premium", "standard"), objectives=("one",)),),
    }
    assert list(sound(values)) != []  # by itself it does not see the file
    assert [finding for rule in with_documents((sound,), tmp_path) for finding in rule(values)] == []


def test_a_mistake_in_a_document_is_a_finding_of_the_configuration(tmp_path):
    (tmp_path / "one.yaml").write_text(ONE.replace("0.99", "99"))
    values = {"objective_documents": ObjectiveDocuments(files=("one.yaml",))}
    (finding,) = [finding for rule in with_documents((sound,), tmp_path) for finding in rule(values)]
    assert finding.path == ("objective_documents", "files")
    assert "one.yaml:2 objectives[0].target: target is 99" in finding.found


@pytest.mark.parametrize(
    ("text", "line", "key", "said"),
    [
        ("objectives: 3\n", 1, "objectives", "no list"),
        ("- a\n", 1, "", "no group of keys"),
        (f"{ONE}routes: []\n", 3, "routes", "an unknown key"),
        ("objectives: [{name: a, sli: cost, target: 0.9, targe: 1}]\n", 1, "objectives[0].targe", "an unknown key"),
        ("apiVersion: openslo/v1\nkind: SLO\n", 1, "", "a document of another kind"),
        (f"{ONE}---\n{ONE}", None, "objectives.name", "the objective 'one' again"),
        ("objectives:\n  - name: a\n    name: b\n", 3, "objectives[0].name", "the same key again"),
        ("base: &base {sli: cost}\nobjectives: [*base]\n", 2, "", "an alias, *base: write out what it stands for"),
        ("objectives: !!python/name:os.system\n", 1, "objectives", "a tag, tag:yaml.org,2002:python/name:os.system"),
        ("objectives: [{name: 'a\n", 2, "", "found unexpected end of stream"),
        ('objectives: [{name: "\\ud800"}]\n', 1, "objectives[0].name", "half a character"),
        ("objectives: [\x01]\n", 1, "", "a control character, 0x01"),
        (f"objectives: {'[' * 50}{']' * 50}\n", 1, "", "more than 40 levels"),
    ],
)  # fmt: skip
def test_a_mistake_says_where_it_stands(tmp_path, text, line, key, said):
    file = tmp_path / "own.yaml"
    file.write_text(text)
    found = refusal(read_objectives, [file])
    assert (found.line, found.key, found.found) == (line, key, said)
    assert found.origin.startswith(str(file))


def test_what_is_no_text_of_sane_size_is_refused(tmp_path):
    (tmp_path / "large.yaml").write_text(f"# {'x' * LARGEST_BYTES}")
    (tmp_path / "latin.yaml").write_bytes(b"objectives: [\xe9]\n")
    assert refusal(read_objectives, [tmp_path / "large.yaml"]).expected == f"at most {LARGEST_BYTES}"
    assert refusal(read_objectives, [tmp_path / "latin.yaml"]).found == "byte 13 is no UTF-8"
    assert "No such file" in refusal(read_objectives, [tmp_path / "none.yaml"]).found
    (tmp_path / "empty").mkdir()
    assert "without any .yaml" in refusal(read_objectives, [tmp_path / "empty"]).found


def test_many_small_values_are_refused_before_they_are_too_many(monkeypatch):
    monkeypatch.setattr(strict_yaml, "MOST_NODES", 500)
    assert refusal(documents, "- x\n" * 600, "bomb.yaml").line == 500


def test_a_billion_laughs_stop_at_the_first():
    bomb = "a: &a [lol, lol]\n" + "".join(
        f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert refusal(documents, bomb, "bomb.yaml").line == 2


def test_a_check_tells_both_kinds_of_documents_and_what_is_rescaled(tmp_path):
    (tmp_path / "own.yaml").write_text(ONE.replace("0.99", "0.9, when_impossible: rescale"))
    found = checked([tmp_path])
    assert (found.problems, found.summary) == ("", "1 objective, 0 objectives from OpenSLO: no mistake")
    assert found.remarks[0].startswith("one: a burn of 13.44 is out of reach at a target of 0.9")


def test_a_check_finds_every_mistake_at_once(tmp_path):
    (tmp_path / "own.yaml").write_text(
        "objectives:\n  - {name: a, sli: cost, target: 0.9}\n  - {name: b, sli: latency, target: 95}\n"
    )
    assert checked([tmp_path]).problems.endswith("2 problems")


def test_the_example_of_the_readme_is_sound():
    page = Path(__file__).parents[4] / "analytics" / "slo" / "documents" / "README.md"
    example = page.read_text(encoding="utf-8").partition("```yaml\n")[2].partition("```")[0]
    assert example.startswith("objectives:")
    assert documents(example, "README.md")
