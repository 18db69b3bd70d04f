"""What becomes an alert, what its labels are, and when it is over."""

from datetime import timedelta
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from alerts.controller import Position, State, Transition, Why
from alerts.delivery.alertmanager import INTERVALS_PER_LEASE, MOST_IN_A_POST, payloads, watched
from alerts.delivery.people import SEVERITY, Alert, Name, burning, called, degraded
from alerts.evaluation import Evaluation
from alerts.memory import Standing
from alerts.policy import RoutePolicy
from instrumentation.downgrade import Mode, OnExpiry, Scope, Tier
from tests.instrumentation.decisions import NINE, decision, document

LEASE = timedelta(minutes=2)
LADDER = (Tier.PREMIUM, Tier.STANDARD, Tier.ECONOMY)


def at(minutes: float):
    return NINE + timedelta(minutes=minutes)


def window(severity="page", verdict="firing", long_s=3600.0, **changes) -> SimpleNamespace:
    given = {"severity": severity, "verdict": verdict, "long_s": long_s, "short_s": 300.0}
    return SimpleNamespace(**{**given, "factor": 13.44, "long_burn": 20.0, "short_burn": 31.5, **changes})


def slo(*windows, **changes) -> SimpleNamespace:
    given = {"name": "answers", "sli": "availability", "tenant": None, "route": "answer", "remaining_ratio": 0.41}
    return SimpleNamespace(**{**given, "windows": windows, **changes})


def test_each_window_that_fires_is_an_alert_and_no_other():
    windows = window(), window("ticket", long_s=259_200.0), window(verdict="ok"), window(verdict="insufficient_data")
    assert [dict(alert.labels) for alert in burning([slo(*windows)])] == [
        {
            "alertname": "BurnlineBudgetBurn",
            "objective": "answers",
            "sli": "availability",
            "severity": severity,
            "window": length,
            "route": "answer",
        }
        for severity, length in (("page", "1h"), ("ticket", "3d"))
    ]


def test_figures_are_annotations_so_that_a_burn_that_grows_is_the_same_alert():
    (now,), (later,) = burning([slo(window())]), burning([slo(window(long_burn=44.0))])
    assert now.key == later.key
    assert (
        now.annotations["summary"] == "answers burns 20x its budget over 1h and 31.5x over 5m, 41 % of the budget left"
    )
    assert "44x" in later.annotations["summary"]
    assert later.annotations["threshold"] == "13.4x"


def test_an_objective_with_several_budgets_has_alerts_for_each_and_none_for_the_whole():
    groups = (
        SimpleNamespace(name="gpt-4o", model="gpt-4o", remaining_ratio=None, windows=(window(),)),
        SimpleNamespace(name="other", model=None, remaining_ratio=None, windows=(window(verdict="ok"),)),
    )
    (alert,) = burning([SimpleNamespace(**slo(window()).__dict__, groups=groups, owner="platform team")])
    assert (alert.labels["group"], alert.labels["model"], alert.labels["route"]) == ("gpt-4o", "gpt-4o", "answer")
    assert alert.annotations["summary"].startswith("answers (gpt-4o) burns 20x")
    assert alert.annotations["owner"] == "platform team"


def test_a_scope_is_degraded_once_however_many_decisions_it_has():
    found = degraded(
        document(
            decision(Tier.STANDARD, Scope("acme", "answer")),
            decision(Tier.ECONOMY, Scope("acme", "answer"), share=0.25),
            decision(Tier.ECONOMY, Scope("x"), mode=Mode.SHADOW),
            decision(Tier.PREMIUM, Scope("y"), mode=Mode.MANUAL),
            decision(Tier.ECONOMY, Scope("z"), share=0.0),
        ),
        NINE,
    )
    (alert,) = found
    assert dict(alert.labels) == {
        "alertname": "BurnlineDegraded",
        "severity": "info",
        "tenant": "acme",
        "route": "answer",
    }
    assert alert.annotations["summary"] == "tenant acme route answer is served at economy for 25 % of its requests"
    assert alert.since == NINE


def test_a_route_at_the_best_tier_it_has_is_not_degraded():
    manual = document(decision(Tier.STANDARD, Scope(route="answer"), mode=Mode.MANUAL))
    assert list(degraded(manual, NINE, {Scope(route="answer"): Tier.STANDARD})) == []


def test_a_lease_that_is_over_degrades_nothing_unless_it_holds():
    over = document(decision(scope=Scope("a")), decision(scope=Scope("b"), on_expiry=OnExpiry.HOLD))
    assert [alert.labels["tenant"] for alert in degraded(over, at(1))] == ["b"]


def seen(state: State, held: Transition | None = None) -> Evaluation:
    return Evaluation(NINE, {Scope(None, "answer", None): Standing(state, held=held)}, {}, {}, ())


def test_a_route_that_flaps_and_one_that_may_not_go_anywhere_call_a_person():
    policy, here = RoutePolicy("answer", ladder=LADDER), Position(Tier.ECONOMY, (Tier.PREMIUM, Tier.STANDARD))
    flapped = Transition(at(-5), Why.FLAPPING, here, here)
    (flaps,) = called(seen(State(here, held_until=at(10)), flapped), [policy])
    (vetoed,) = called(seen(State(here, vetoed=(Tier.ECONOMY,))), [policy])
    assert (flaps.labels["alertname"], flaps.labels["severity"], flaps.since) == ("BurnlineFlapping", "page", at(-5))
    assert "Somebody has to look" in flaps.annotations["description"]
    assert (vetoed.labels["alertname"], vetoed.labels["severity"]) == ("BurnlineVetoed", "page")
    assert list(called(seen(State(here, held_until=at(-1))), [policy])) == []


def test_a_route_in_shadow_calls_nobody():
    policy, here = RoutePolicy("answer", ladder=LADDER, shadow=True), Position(Tier.ECONOMY, (Tier.PREMIUM,))
    assert list(called(seen(State(here, held_until=at(10), vetoed=(Tier.ECONOMY,))), [policy])) == []


def test_every_alert_has_its_severity():
    assert SEVERITY.keys() | {Name.BUDGET_BURN} == set(Name)


@given(st.lists(st.sets(st.sampled_from("abc")), min_size=1, max_size=12))
def test_what_fires_is_posted_and_what_is_over_is_posted_as_over_for_one_lease(history):
    known, fired_at = {}, {}
    for minute, names in enumerate(history):
        known = watched(known, [Alert({"alertname": name}) for name in names], at(minute), LEASE)
        fired_at |= dict.fromkeys(names, minute)
        posted = {one.alert.labels["alertname"]: one.over_at for one in known.values()}
        recent = {name for name, last in fired_at.items() if minute - (last + 1) < LEASE / timedelta(minutes=1)}
        assert posted.keys() == recent
        assert {name for name, over_at in posted.items() if over_at is None} == names


def test_an_alert_that_comes_back_begins_anew():
    known = watched({}, [Alert({"alertname": "a"})], at(0), LEASE)
    known = watched(known, [], at(1), LEASE)
    (again,) = watched(known, [Alert({"alertname": "a"})], at(1.5), LEASE).values()
    assert (again.since, again.over_at) == (at(1.5), None)


def test_many_alerts_are_posted_in_several_posts():
    many = watched({}, [Alert({"alertname": "a", "tenant": str(n)}) for n in range(250)], NINE, LEASE)
    posts = list(payloads(many, NINE, LEASE, {"cluster": "eu"}))
    assert [body.count(b'"cluster": "eu"') for body in posts] == [MOST_IN_A_POST, MOST_IN_A_POST, 50]


def test_a_lease_spans_four_intervals():
    assert INTERVALS_PER_LEASE >= 4
