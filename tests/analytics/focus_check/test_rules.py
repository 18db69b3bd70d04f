"""Every rule is broken by its own mistake, and by no other; an export without a mistake breaks none."""

from pathlib import Path

import pytest

from analytics.focus.columns import Version
from analytics.focus_check.check import check
from analytics.focus_check.report import Report
from analytics.focus_check.rules import Severity, rules, rules_of
from tests.analytics.focus_check.mistakes import MISTAKES, OWN_TESTS, Mistake
from tests.analytics.focus_check.sample import clean, totalled, written


def checked(mistake: Mistake, version: Version, folder: Path) -> Report:
    sample = clean(version)
    mistake.before(sample)
    mistake.after(totalled(sample))
    return check(written(sample, folder), sample.profile)


@pytest.mark.parametrize("version", list(Version))
def test_an_export_without_a_mistake_breaks_no_rule(version: Version, tmp_path: Path):
    report = checked(Mistake(), version, tmp_path)
    assert report.counts == {}
    assert report.passed
    assert report.checked == rules_of(version)


@pytest.mark.parametrize("rule", MISTAKES)
def test_a_mistake_breaks_its_rule_and_no_other(rule: str, tmp_path: Path):
    report = checked(MISTAKES[rule], Version.V1_4, tmp_path)
    assert set(report.counts) == {rule}, report.findings
    assert report.passed is (rules()[rule].severity is not Severity.ERROR)


def test_every_rule_has_its_mistake():
    assert set(MISTAKES) | OWN_TESTS == set(rules())
    assert not MISTAKES.keys() & OWN_TESTS


def test_rules_are_told_apart_by_their_sentences():
    assert len({rule.sentence for rule in rules().values()}) == len(rules())
    assert all(rule.sentence.endswith(".") and rule.source for rule in rules().values())
