"""The rule file as a whole: promtool accepts it, it is the same every time, and it says what it could not do."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import yaml
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from analytics.periods import Period
from analytics.slo.documents.pack import pack_objectives
from analytics.slo.documents.settings import PackParameters
from analytics.slo.evidence import Gate
from analytics.slo.kinds import Budgeting, Dimension, WhenImpossible
from analytics.slo.objective import Objective, Sli
from analytics.slo.rules.pack import rules_of
from analytics.slo.rules.watch import DASHBOARD_WINDOWS_S, ratio_name
from analytics.slo.windows import Window
from analytics.spending.budget import SpendBudget
from tests.programs import needed
from tests.rules.timelines import Minutes, check_alerts, phases

DAY_S = 86_400.0
ANSWERS = Objective(
    "answers",
    Sli.AVAILABILITY,
    target=0.995,
    route="answer",
    service="assistant",
    owner="on call",
    runbook_url="https://runbooks.example/answers",
    annotations={"channel": "#answers"},
)
OBJECTIVES = (
    ANSWERS,
    Objective(
        "models", Sli.AVAILABILITY, 0.9, stage="model", per=(Dimension.MODEL,), when_impossible=WhenImpossible.RESCALE
    ),
    Objective("grounded", Sli.MEASURE, 0.9, measure="groundedness", at_least=0.7, period_s=7 * DAY_S),
    Objective(
        "quick",
        Sli.LATENCY,
        0.95,
        threshold_ms=2500,
        calendar=Period.MONTH,
        budgeting=Budgeting.TIMESLICES,
        time_slice_s=300.0,
        time_slice_target=0.95,
    ),
)
BUDGETS = (SpendBudget("support-month", Decimal(500), owner="support leads"),)
SLOTH_NAMES = (
    *(ratio_name(window_s) for window_s in (*DASHBOARD_WINDOWS_S, 28 * DAY_S)),
    *("slo:objective:ratio", "slo:error_budget:ratio", "slo:time_period:days", "slo:current_burn_rate:ratio"),
    *("slo:period_burn_rate:ratio", "slo:period_error_budget_remaining:ratio"),
)


def accepted(rules: str, folder: Path) -> str:
    """What promtool says about rules without a mistake."""
    path = folder / "rules.yml"
    path.write_text(rules, encoding="utf-8")
    command = [needed("promtool"), "check", "rules", "--lint-fatal", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - a program of Debian
    assert done.returncode == 0, done.stdout + done.stderr + rules
    return done.stdout


def test_promtool_accepts_every_kind_of_objective(tmp_path):
    rules = rules_of(OBJECTIVES, BUDGETS)
    found = sum(len(group["rules"]) for group in yaml.safe_load(rules)["groups"])
    assert f"{found} rules found" in accepted(rules, tmp_path)


def test_promtool_accepts_the_pack_to_begin_with(tmp_path):
    packed = pack_objectives(PackParameters(monthly_budget_usd=Decimal(900), expected_requests=600_000))
    assert packed.left_out == ()
    rules = rules_of(packed.objectives)
    accepted(rules, tmp_path)
    assert {one["for"] for one in _alerting(rules) if "for" in one} == {"10m"}
    assert all("runbook_url" in one["annotations"] for one in _alerting(rules))


def _alerting(rules: str) -> list[dict]:
    return [rule for group in yaml.safe_load(rules)["groups"] for rule in group["rules"] if "alert" in rule]


def test_the_file_is_this_one(golden: Callable[[str, str], None]):
    golden("rules/objectives.yml", rules_of(OBJECTIVES[:1], BUDGETS))
    golden("rules/slices_weights_and_groups.yml", rules_of(OBJECTIVES[1:]))


words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
drawn = st.builds(
    Objective,
    name=words,
    sli=st.just(Sli.AVAILABILITY),
    target=st.floats(0.2, 0.9999),
    service=st.none() | words,
    owner=st.none() | words,
    runbook_url=st.none() | words,
    period_s=st.integers(4, 90).map(lambda days: days * DAY_S),
    per=st.sets(st.sampled_from(Dimension)).map(tuple),
    when_impossible=st.just(WhenImpossible.RESCALE),
)


# a failing name is found among a few characters: made smaller, each try would run promtool again
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@example(objectives=[replace(ANSWERS, name="a\u0085\n{{", service='"\\', owner="\n", runbook_url=" \n")])
@given(objectives=st.lists(drawn, min_size=1, max_size=4, unique_by=lambda objective: objective.name))
def test_promtool_accepts_whatever_an_objective_is_called(objectives, tmp_path):
    accepted(rules_of(objectives), tmp_path)


def test_every_name_that_dashboards_for_sloth_read_is_recorded():
    rules = [rule for group in yaml.safe_load(rules_of([ANSWERS]))["groups"] for rule in group["rules"]]
    recorded = {rule["record"]: rule["labels"] for rule in rules if "record" in rule}
    assert set(SLOTH_NAMES) <= set(recorded)
    identity = {"sloth_id": "assistant-answers", "sloth_service": "assistant", "sloth_slo": "answers"}
    assert all(identity.items() <= recorded[name].items() for name in SLOTH_NAMES)
    assert recorded["slo:sli_error:ratio_rate6h"]["sloth_window"] == "6h"


def test_nothing_is_read_that_is_not_recorded_or_counted():
    for objective in OBJECTIVES:
        text = rules_of([objective])
        rules = [rule for group in yaml.safe_load(text)["groups"] for rule in group["rules"]]
        recorded = {rule["record"] for rule in rules if "record" in rule}
        read = set(re.findall(r"(?:slo|burnline):[a-z0-9_:]+", " ".join(rule["expr"] for rule in rules)))
        assert read <= recorded


def test_factors_follow_from_the_period():
    burns = {days: rules_of([replace(ANSWERS, period_s=days * DAY_S)]) for days in (7, 28, 30)}
    assert {days: re.findall(r"ratio_rate1h\S+ / \S+ - \S+ > (\S+)\)", text) for days, text in burns.items()} == {
        7: ["3.36"],
        28: ["13.44"],
        30: ["14.4"],
    }


def test_windows_of_the_objective_are_its_own():
    text = rules_of([replace(ANSWERS, windows=(Window(0.1, 43_200.0, 5_400.0),))])
    assert ratio_name(43_200) in text
    assert "slo:sli_error:ratio_rate1h30m{" in text


def test_what_a_calendar_and_a_short_memory_change_is_said():
    text = rules_of(OBJECTIVES)
    assert "# A period is whole only where Prometheus keeps 30d" in text
    assert "# PromQL knows no calendar: the period is the last 30d here, and the month in UTC in Burnline." in text
    assert "# Rescaled: the row 1h/5m, as a burn of 13.44 is out of reach" in text


def test_an_alert_says_in_words_what_burns_and_what_to_do(tmp_path):
    """Half of all requests fail for ten minutes of an hour: 0.5 x 10 / 60 / 0.005 = 16.67 times too fast."""
    minutes = Minutes(phases((70, 100)), phases((60, 0), (10, 50)))
    promise = replace(ANSWERS, windows=ANSWERS.windows[:1])
    identity = {"sloth_id": "assistant-answers", "sloth_service": "assistant", "sloth_slo": "answers"}
    labels = identity | {"severity": "page", "sloth_severity": "page", "sloth_window": "1h", "owner": "on call"}
    labels["objective"] = "answers"
    expected = {
        "summary": "answers: errors come 16.67 times too fast",
        "description": (
            "In the last 1h the error budget burned 16.67 times as fast as lasts 28d; above 13.44, 1h costs 2 % of it, "
            "and the last 5m were above that too. At this rate a whole budget is gone in 1d 16h 19m 11s."
        ),
        "evidence": (
            "At least 3 events, and so many bad ones that with a probability of 0.95 more than 6.72 % of all are bad. "
            "Burnline asks the Beta posterior of its exact counts; these rules ask its normal approximation, over "
            "counts extrapolated between scrapes: the two can differ by one event and one scrape."
        ),
        "action": (
            "See what is left with `burnline slo`, and which requests are bad with "
            "`burnline requests --route answer --since 1h`"
        ),
        "channel": "#answers",
        "runbook_url": "https://runbooks.example/answers",
        "explain_url": "http://127.0.0.1:8320/budgets/answers",
    }
    alert = {"exp_labels": labels, "exp_annotations": expected}
    asked = [{"eval_time": "70m", "alertname": "BurnlineErrorBudgetBurn", "exp_alerts": [alert]}]
    check_alerts(rules_of([promise], gate=Gate()), tmp_path, minutes.series(promise), asked)
