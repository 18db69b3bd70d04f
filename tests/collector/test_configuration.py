"""One file, read once: what it accepts, and what it says when it does not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.configuration import (
    ConfigurationError,
    Finding,
    check,
    duration_s,
    duration_text,
    load,
    reference,
    reference_table,
    render,
)
from collector.configuration.values import Unreadable, scalar


class Colour(StrEnum):
    """What it is painted in,
    if at all."""

    RED = "red"
    GREEN = "green"


@dataclass(frozen=True, slots=True)
class Retry:
    count: int = 3
    """How often."""
    wait_s: float = 0.5
    """How long between."""


@dataclass(frozen=True, slots=True)
class Shop:
    name: str
    """What it is called."""
    colour: Colour = Colour.RED
    price_usd: Decimal = Decimal("1.50")
    share_ratio: float = 0.5
    period_s: float = 300.0
    open: bool = True
    motto: str | None = None
    tags: tuple[str, ...] = ()
    retry: Retry = field(default_factory=Retry)
    names: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 <= self.share_ratio <= 1:
            raise ValueError(f"share_ratio is {self.share_ratio}, it must lie between 0 and 1: write 0.2 for 20 %")


SECTIONS: Mapping[str, object] = {"retry": Retry, "shops": tuple[Shop, ...]}


@pytest.fixture
def written(tmp_path):
    def write(text: str) -> Path:
        path = tmp_path / "burnline.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def problems_of(path: Path, **environ: str):
    return check(path, SECTIONS, environ=environ)


def test_without_a_file_every_section_has_its_defaults():
    assert load(None, SECTIONS) == {"retry": Retry(), "shops": ()}


def test_an_empty_file_and_an_empty_section_mean_the_defaults(written):
    assert load(written(""), SECTIONS) == load(written("retry:\nshops:\n"), SECTIONS) == load(None, SECTIONS)


def test_every_supported_type_is_read(written):
    path = written("""
shops:
  - name: corner
    colour: green
    price_usd: 0.1
    share_ratio: 1
    period: 1h30m
    open: no
    motto: "null"
    tags: [fresh, 24]
    retry: {count: 1_0, wait: 250ms}
    names: {de: Laden}
""")
    (shop,) = load(path, SECTIONS)["shops"]
    assert shop == Shop(
        name="corner",
        colour=Colour.GREEN,
        price_usd=Decimal("0.1"),
        share_ratio=1.0,
        period_s=5400.0,
        open=False,
        motto="null",
        tags=("fresh", "24"),
        retry=Retry(10, 0.25),
        names={"de": "Laden"},
    )


def test_money_is_read_without_a_float_in_between(written):
    (shop,) = load(written("shops: [{name: a, price_usd: 0.000000000000000123456789}]"), SECTIONS)["shops"]
    assert shop.price_usd == Decimal("0.000000000000000123456789")


def test_a_tenant_called_no_stays_text(written):
    (shop,) = load(written("shops: [{name: no, motto: 007}]"), SECTIONS)["shops"]
    assert (shop.name, shop.motto) == ("no", "007")


@pytest.mark.parametrize("line", ["wait: 90s", "wait_s: 90", "wait_s: 90s", "wait: 1m30s"])
def test_a_duration_may_be_spelled_in_units_or_in_seconds(written, line):
    assert load(written(f"retry:\n  {line}"), SECTIONS)["retry"] == Retry(wait_s=90.0)


def test_a_duration_without_a_unit_says_how_to_write_it(written):
    (problem,) = problems_of(written("retry:\n  wait: 90"))
    assert (problem.where, problem.key, problem.found) == ("burnline.yaml:2", "retry.wait", "'90'")
    assert "90s" in problem.remedy


def test_an_unknown_key_names_the_nearest_known_one(written):
    (problem,) = problems_of(written("retry:\n  count: 1\n  cuont: 2"))
    assert (problem.line, problem.key, problem.remedy) == (3, "retry.cuont", "did you mean count?")


def test_an_unknown_section_names_the_nearest_known_one(written):
    (problem,) = problems_of(written("shop: []"))
    assert (problem.key, problem.remedy) == ("shop", "did you mean shops?")


def test_a_word_outside_a_closed_set_lists_the_set(written):
    (problem,) = problems_of(written("shops: [{name: a, colour: gren}]"))
    assert (problem.expected, problem.remedy) == ("one of red, green", "did you mean green?")


def test_a_key_without_a_default_must_be_given(written):
    (problem,) = problems_of(written("shops:\n  - colour: red"))
    assert (problem.line, problem.key) == (2, "shops[0].name")


def test_a_refusal_of_the_dataclass_stands_at_the_line_of_the_field_it_names(written):
    (problem,) = problems_of(written("shops:\n  - name: a\n    open: true\n    share_ratio: 20"))
    assert (problem.line, problem.key) == (4, "shops[0].share_ratio")
    assert "0.2 for 20 %" in problem.found


def test_the_same_key_twice_is_refused_and_points_to_the_first(written):
    (problem,) = problems_of(written("retry:\n  wait: 1s\n  wait_s: 2"))
    assert (problem.line, problem.expected) == (3, "one value; line 2 has one")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("retry: 5", "a single value '5'"),
        ("retry: {count: [1]}", "a list"),
        ("retry: {count: 1.5}", "'1.5'"),
        ("retry: {count: ~}", "nothing"),
        ("retry: {wait_s: .nan}", "'.nan'"),
        ("retry: {wait_s: nan}", "'nan'"),
        ("shops: {name: a}", "a group of keys"),
        ("shops: [{name: a, price_usd: cheap}]", "'cheap'"),
        ("shops: [{name: a, open: perhaps}]", "'perhaps'"),
        ("shops: [{name: a, names: [x]}]", "a list"),
        ("{[a]: 1}", "an unknown section"),
        ("- retry", "no sections"),
    ],
)
def test_a_value_of_the_wrong_kind_says_what_was_found(written, text, found):
    (problem,) = problems_of(written(text))
    assert problem.found == found
    assert problem.expected


def test_all_mistakes_come_at_once_in_the_order_of_the_file(written):
    path = written("shops:\n  - name: a\n    opne: true\n  - colour: blue\nretry:\n  count: x")
    assert [problem.line for problem in problems_of(path)] == [3, 4, 4, 6]
    with pytest.raises(ConfigurationError, match="4 problems"):
        load(path, SECTIONS)


def test_broken_yaml_names_its_line(written):
    (problem,) = problems_of(written("retry:\n  count: 1\n bad: ["))
    assert problem.line == 3


def test_yaml_that_is_too_deep_is_refused_as_yaml(written):
    (problem,) = problems_of(written(f"retry: {'[' * 5_000}"))
    assert problem.expected == "valid YAML in UTF-8"


@pytest.mark.parametrize("kind", [int, float, Decimal])
def test_digits_of_another_script_are_no_number(kind):
    with pytest.raises(Unreadable):
        scalar("\u0663", kind)


def test_a_missing_file_is_a_problem_not_a_default(tmp_path):
    (problem,) = problems_of(tmp_path / "absent.yaml")
    assert "No such file" in problem.found


def test_the_environment_wins_over_the_file(written):
    path = written("retry:\n  wait_s: 1\n  count: 1")
    environ = {"BURNLINE_RETRY_WAIT": "2m", "BURNLINE_RETRY_COUNT": "7", "HOME": "/"}
    assert load(path, SECTIONS, environ=environ)["retry"] == Retry(7, 120.0)


def test_the_environment_sets_a_section_that_is_one_value(written):
    sections = {"paint": Colour | None, "shops": tuple[Shop, ...]}
    path = written("paint: red")
    assert load(path, sections, environ={"BURNLINE_PAINT": "green"})["paint"] is Colour.GREEN
    assert load(path, sections, environ={"BURNLINE_PAINT": "null"})["paint"] is None
    (problem,) = check(path, sections, environ={"BURNLINE_PAINT": "gren"})
    assert (problem.where, problem.remedy) == ("BURNLINE_PAINT", "did you mean green?")


def test_a_bad_variable_is_named_as_the_origin(written):
    (problem,) = problems_of(written(""), BURNLINE_RETRY_COUNT="many")
    assert (problem.where, problem.found) == ("BURNLINE_RETRY_COUNT", "'many'")


def test_a_variable_for_no_known_key_is_not_ignored(written):
    (problem,) = problems_of(written(""), BURNLINE_RETRY_CUONT="1")
    assert problem.remedy == "did you mean BURNLINE_RETRY_COUNT?"


def test_a_rule_between_sections_reports_at_the_line_it_is_about(written):
    def no_red(values):
        return [
            Finding(("shops", index, "colour"), "red", "another colour")
            for index, shop in enumerate(values["shops"])
            if shop.colour is Colour.RED
        ]

    path = written("shops:\n  - {name: a, colour: green}\n  - name: b\n    colour: red\n  - name: c")
    problems = check(path, SECTIONS, rules=[no_red])
    assert [(problem.line, problem.key) for problem in problems] == [(4, "shops[1].colour"), (5, "shops[2].colour")]


def test_no_problem_renders_as_nothing_and_one_as_a_block(written):
    assert render([]) == ""
    assert render(problems_of(written("retry: {count: x}"))).splitlines() == [
        "burnline.yaml:1  retry.count",
        "  found     'x'",
        "  expected  a whole number",
        "",
        "1 problem",
    ]


def test_the_reference_names_every_key_with_type_default_and_meaning():
    entries = {entry.key: entry for entry in reference(SECTIONS)}
    assert len(entries) == 2 + 9 + 2
    assert (entries["retry.wait"].kind, entries["retry.wait"].default) == ("duration", "500ms")
    assert entries["retry.count"].text == "How often."
    assert entries["shops[].name"].default == "required"
    assert entries["shops[].colour"].kind == "red \\| green"
    assert entries["shops[].retry.count"].default == "3"
    assert "| `shops[].period` | duration | `5m` |" in reference_table(SECTIONS)


def test_the_reference_names_sections_that_are_one_value():
    (entry,) = reference({"paint": Colour | None})
    assert (entry.key, entry.kind, entry.default) == ("paint", "red \\| green, or nothing", "null")
    assert entry.text == "What it is painted in, if at all."


@given(st.floats(min_value=0.001, max_value=1e8, allow_nan=False))
def test_a_duration_reads_back_as_it_was_written(seconds):
    assert duration_s(duration_text(seconds)) == pytest.approx(seconds, rel=1e-12)


_WORDS = st.sampled_from(
    ["retry", "shops", "count", "wait", "name", ": ", "- ", "[", "]", "{", "}", "\n", "  ", "5m", "&a", "*a"]
)


@given(st.lists(_WORDS, max_size=12).map("".join) | st.text(max_size=40))
def test_no_text_at_all_breaks_the_loader(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert isinstance(check(path, SECTIONS, environ={"BURNLINE_RETRY_COUNT": text}), list)
