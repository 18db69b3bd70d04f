"""The default pack: each rule fires on the incident it is for, and on no healthy day."""

import re
from decimal import Decimal
from importlib.resources import files

import pytest

from analytics.links import RUNBOOKS
from analytics.slo.arithmetic import Counts
from analytics.slo.documents.pack import pack_objectives
from analytics.slo.documents.settings import PackParameters
from analytics.slo.evidence import judged
from analytics.slo.kinds import WhenImpossible
from analytics.slo.verdicts import Verdict
from analytics.slo.windows import Severity
from collector.configuration import ConfigurationError

EVERY = PackParameters(monthly_budget_usd=Decimal(900), expected_requests=600_000)
PACK = {objective.name: objective for objective in pack_objectives(EVERY).objectives}
HEALTHY = {
    "slow-answers": 0.02,  # two in a hundred answers are slow
    "tokens-above-baseline": 0.05,
    "errors-by-model": 0.002,
    "cost-per-request": 0.20,
    "cache-hits": 0.55,  # 45 of 100 look-ups find something
    "hallucinations-by-task": 0.02,
}
INCIDENT = {
    "slow-answers": 0.95,  # a slow provider: nearly every answer
    "tokens-above-baseline": 1.0,  # every answer takes three times its tokens
    "errors-by-model": 0.5,  # the provider fails half of the calls
    "cost-per-request": 0.98,  # a price that doubled
    "cache-hits": 1.0,  # the cache was emptied and is not filled
    "hallucinations-by-task": 0.9,  # retrieval finds nothing
}
"""Share of bad events, before and from minute 0 on."""
PER_MINUTE = 100


def bad_until(minute, window_s, name):
    """Bad and all events of a window that ends at a minute; the incident begins with minute 0."""
    length = round(window_s / 60)
    since = min(max(minute, 0), length)
    bad = since * PER_MINUTE * INCIDENT[name] + (length - since) * PER_MINUTE * HEALTHY[name]
    return Counts(length * PER_MINUTE, length * PER_MINUTE - round(bad))


def firing(name, minute):
    """Severities that fire at a minute of the timeline."""
    objective = PACK[name]
    for window in objective.windows:
        long, short = bad_until(minute, window.long_s, name), bad_until(minute, window.short_s, name)
        told = judged(long, short, target=objective.target, factor=objective.factor(window))
        if told.verdict is Verdict.FIRING:
            yield window.severity


def first_page(name):
    return next((minute for minute in range(24 * 60) if Severity.PAGE in firing(name, minute)), None)


def test_the_pack_is_the_six_rules_it_is_said_to_be():
    assert list(PACK) == list(HEALTHY)


@pytest.mark.parametrize("name", PACK)
def test_a_healthy_day_fires_nothing(name):
    assert list(firing(name, 0)) == []


@pytest.mark.parametrize(
    ("name", "latest"),
    [
        ("slow-answers", 45),
        ("tokens-above-baseline", 58),
        ("errors-by-model", 20),
        ("cost-per-request", 58),
        ("cache-hits", 58),
        ("hallucinations-by-task", 50),
    ],
)
def test_each_rule_pages_on_its_incident_within_the_hour(name, latest):
    minute = first_page(name)
    assert minute is not None
    assert 0 < minute <= latest


@pytest.mark.parametrize("name", PACK)
def test_every_window_can_fire_although_some_targets_are_low(name):
    objective = PACK[name]
    assert objective.when_impossible is WhenImpossible.RESCALE
    assert all(objective.factor(window) * (1 - objective.target) < 1 for window in objective.windows)


@pytest.mark.parametrize("name", PACK)
def test_every_rule_says_what_it_promises_who_answers_for_it_and_what_to_do(name):
    objective = PACK[name]
    assert objective.description
    assert objective.owner == "nobody yet"
    page, _, anchor = objective.runbook_url.partition("#")
    text = files("analytics.slo.documents").joinpath("RUNBOOKS.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert (page, anchor) == (RUNBOOKS, name)
    assert anchor in headings


def test_the_ceiling_of_cost_is_the_budget_over_the_requests_it_is_for():
    assert PACK["cost-per-request"].ceiling_usd == Decimal(900) / 600_000


def test_a_rule_whose_parameters_nobody_set_is_left_out_and_that_is_said():
    packed = pack_objectives()
    assert "cost-per-request" not in {objective.name for objective in packed.objectives}
    assert packed.left_out == ("cost-per-request: needs slo_pack_parameters.monthly_budget_usd and expected_requests",)


def test_parameters_fill_the_rules():
    packed = pack_objectives(PackParameters(route="answer", owner="ada", threshold_ms=2500, skip=("cache-hits",)))
    assert {objective.route for objective in packed.objectives} == {"answer"}
    assert {objective.owner for objective in packed.objectives} == {"ada"}
    assert (packed.objectives[0].threshold_ms, packed.left_out[-1]) == (2500, "cache-hits: skipped")


def test_parameters_that_make_no_objective_are_refused():
    with pytest.raises(ConfigurationError, match="target is 99"):
        pack_objectives(PackParameters(error_target=99))
    with pytest.raises(ConfigurationError, match="did you mean cache-hits"):
        pack_objectives(PackParameters(skip=("cache-hit",)))
