from dataclasses import fields

import pytest

from analytics.allocation.rule_checks import sound_rules
from analytics.allocation.rule_text import from_body, rules_body
from analytics.allocation.rules import (
    ATTRIBUTION,
    FACTS,
    Assignment,
    AttributionRule,
    Conditions,
    SpanFacts,
    Words,
    allocate,
    asks_for,
    assignments,
    changes_at,
)
from collector.configuration import ConfigurationError, load

OCTOBER_NS = 1_790_812_800 * 10**9  # 2026-10-01T00:00:00Z


def rule(name="r", *, when=None, only_missing=True, since=None, until=None, **words):
    return AttributionRule(
        name,
        Conditions(**(when or {})),
        Words(**words),
        only_missing=only_missing,
        effective_from=since,
        effective_until=until,
    )


def words_of(rules, at_ns=0, facts=None, **words):
    found = allocate(rules, words, facts or SpanFacts(), at_ns)
    return {name: word for name, word in found.items() if word is not None}


def findings(*rules):
    return [found.found for found in sound_rules({"attribution_rules": rules})]


def test_every_attribution_word_and_fact_can_be_asked_and_every_word_but_the_tier_can_be_set():
    assert {entry.name for entry in fields(Conditions) if entry.init} == {*ATTRIBUTION, *FACTS}
    assert {entry.name for entry in fields(Words)} == set(ATTRIBUTION) - {"tier"}


def test_all_conditions_hold_at_once_and_any_pattern_of_one_is_enough():
    rules = [rule(when={"tenant": ("acme-*", "initech"), "provider": ("openai",)}, team="t")]
    assert words_of(rules, tenant="acme-eu", facts=SpanFacts(provider="openai"))["team"] == "t"
    assert words_of(rules, tenant="initech", facts=SpanFacts(provider="openai"))["team"] == "t"
    assert "team" not in words_of(rules, tenant="acme-eu", facts=SpanFacts(provider="azure"))
    assert "team" not in words_of(rules, tenant="acmeeu", facts=SpanFacts(provider="openai"))


@pytest.mark.parametrize("none", [("",), ()])
def test_an_empty_pattern_asks_for_spans_that_have_none(none):
    rules = [rule(when={"tenant": none}, team="orphans")]
    assert words_of(rules) == {"team": "orphans"}
    assert words_of(rules, tenant="") == {"team": "orphans"}
    assert words_of(rules, tenant="acme") == {"tenant": "acme"}


def test_a_rule_fills_what_is_absent_and_leaves_what_the_span_says():
    assert words_of([rule(team="default", cost_center="C1")], team="own") == {"team": "own", "cost_center": "C1"}


def test_a_rule_that_may_override_does():
    assert words_of([rule(team="theirs", only_missing=False)], team="own") == {"team": "theirs"}


def test_the_first_rule_that_sets_a_word_settles_it():
    rules = [rule("one", team="a"), rule("two", team="b", cost_center="C2", only_missing=False)]
    assert words_of(rules) == {"team": "a", "cost_center": "C2"}
    assert assignments(rules, {}, SpanFacts(), 0)["cost_center"] == Assignment("C2", "two")


def test_a_later_rule_sees_what_an_earlier_one_set_and_not_the_other_way_round():
    tenant_gives_team = rule("one", when={"tenant": ("acme",)}, team="support")
    team_gives_center = rule("two", when={"team": ("support",)}, cost_center="CC-{team}")
    assert words_of([tenant_gives_team, team_gives_center], tenant="acme")["cost_center"] == "CC-support"
    assert "cost_center" not in words_of([team_gives_center, tenant_gives_team], tenant="acme")


def test_words_of_one_rule_are_taken_from_what_stood_there_before_it():
    swap = rule(tenant="{team}", team="{tenant}", only_missing=False)
    assert words_of([swap], tenant="a", team="b") == {"tenant": "b", "team": "a"}


def test_a_rule_whose_source_is_absent_leaves_the_word_to_the_next_rule():
    rules = [rule("one", team="{service}"), rule("two", team="platform")]
    assert words_of(rules) == {"team": "platform"}
    assert words_of(rules, facts=SpanFacts(service="chat")) == {"team": "chat"}


def test_a_rule_holds_from_its_first_instant_until_the_one_it_ends_at():
    rules = [rule(team="t", since="2026-10-01", until="2026-10-01T00:00:01Z")]
    held = [bool(words_of(rules, at_ns=OCTOBER_NS + ns)) for ns in (-1, 0, 10**9 - 1, 10**9)]
    assert held == [False, True, True, False]
    assert changes_at(rules) == (OCTOBER_NS, OCTOBER_NS + 10**9)


def test_only_the_facts_that_some_rule_looks_at_are_asked_for():
    assert asks_for([rule(team="t", when={"tenant": ("a",)})]) == frozenset()
    assert asks_for([rule(team="{user_id}"), rule(team="t", when={"kind": ("model",)})]) == {"user_id", "kind"}


def test_stored_rules_give_what_the_configured_ones_gave():
    rules = (
        rule("ä", when={"tenant": ("x*", ""), "user_id": ()}, only_missing=False, team="{service}", since="2026-10-01"),
        rule("b", cost_center="C", until="2026-11-01T09:00:00.25+01:00"),
    )
    again = from_body(rules_body(rules))
    assert rules_body(again) == rules_body(rules)
    assert [r.when for r in again] == [r.when for r in rules]
    assert changes_at(again) == changes_at(rules)
    assert rules_body(()) == '{"rules":[]}'


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({}, "set is empty"),
        ({"team": ""}, "team is empty"),
        ({"team": "{teem}"}, r"takes \{teem\}, which is no word"),
        ({"team": "{team}"}, "taken from itself"),
        ({"team": "{tenant"}, "a brace stands alone"),
        ({"team": "t", "since": "yesterday"}, "effective_from is 'yesterday'"),
        ({"team": "t", "since": "2026-10-02", "until": "2026-10-01"}, "effective_until .* expected an instant after"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused_with_what_would_do(words, said):
    with pytest.raises(ValueError, match=said):
        rule(**words)


def test_a_rule_that_an_earlier_wider_one_always_beats_is_named_with_it():
    wide, narrow = (
        rule("all of acme", when={"tenant": ("acme*",)}, team="a"),
        rule("eu", when={"tenant": ("acme-eu",)}, team="b"),
    )
    (said,) = findings(wide, narrow)
    assert "'eu' can never set team" in said
    assert "'all of acme' (number 1) always sets it first" in said
    assert findings(narrow, wide) == []


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (rule("e", team="a"), rule("l", team="b", only_missing=False)),  # overrides where e found a word
        (rule("e", team="{service}"), rule("l", team="b")),  # e needs a service
        (rule("e", team="a", until="2026-10-01"), rule("l", team="b")),
        (rule("e", team="a", when={"tenant": ("x",)}), rule("l", team="b")),
        (rule("e", team="a", when={"tenant": ("",)}, tenant="x"), rule("l", team="b", when={"tenant": ("x", "")})),
    ],
)
def test_a_rule_that_may_still_win_is_left_alone(earlier, later):
    assert findings(earlier, later) == []


def test_a_rule_beaten_in_its_whole_window_is_found():
    assert findings(rule("e", team="a", since="2026-09-01"), rule("l", team="b", since="2026-10-01"))
    assert findings(rule("e", team="a", when={"team": ("",)}), rule("l", team="b", when={"team": ("",)}))


def test_a_rule_that_fills_a_word_it_asks_for_is_found():
    (said,) = findings(rule("loop", when={"team": ("support",)}, team="help"))
    assert "it asks for spans that have one" in said
    assert findings(rule("loop", when={"team": ("support",)}, team="help", only_missing=False)) == []


def test_two_rules_of_one_name_are_refused():
    assert findings(rule("a", team="x", when={"tenant": ("1",)}), rule("a", team="y", when={"tenant": ("2",)}))


def test_the_section_is_read_from_a_file_and_a_mistake_names_its_line(tmp_path):
    sections = {"attribution_rules": tuple[AttributionRule, ...]}
    path = tmp_path / "burnline.yaml"
    path.write_text(
        "attribution_rules:\n"
        "  - name: acme\n"
        "    when: {tenant: [acme-*], team: null}\n"
        "    set: {team: enterprise}\n"
        "    effective_from: 2026-10-01\n"
    )
    (found,) = load(path, sections, rules=(sound_rules,))["attribution_rules"]
    assert found == rule("acme", when={"tenant": ("acme-*",), "team": ("",)}, team="enterprise", since="2026-10-01")
    path.write_text(path.read_text().replace("set: {team:", "set: {teem:"))
    with pytest.raises(ConfigurationError, match=r"(?s)burnline.yaml:4.*teem.*did you mean team"):
        load(path, sections)
