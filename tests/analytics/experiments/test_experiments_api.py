"""``/v1/experiments``: variants of stored requests compared, by what was randomised."""

from dataclasses import replace

import numpy as np
import pytest

from tests.analytics.derive.house import House, Sent, small_book
from tests.analytics.experiments.traffic import Asked, Served

CHANCE = np.random.default_rng(6)


def both(count, **of_the_new):
    """As many requests of each variant, in turn; tokens scatter by a fifth."""
    tokens = np.maximum(CHANCE.normal(100, 20, 2 * count), 1).astype(int)
    plain = [Served(("control", "new")[at % 2], tokens=int(each)) for at, each in enumerate(tokens)]
    dearer = of_the_new.pop("times", 1.0)
    return [
        replace(one, tokens=round(one.tokens * dearer), **of_the_new) if one.variant == "new" else one for one in plain
    ]


def test_experiments_are_listed_with_their_variants():
    asked = Asked(*both(2), Served("x", experiment="other"))
    assert [(row["name"], row["variants"], row["requests"]) for row in asked.get()["experiments"]] == [
        ("other", ["x"], 1),
        ("answers", ["control", "new"], 4),
    ]
    first = asked.get(limit=1)
    assert [row["name"] for row in asked.get(limit=1, cursor=first["next"])["experiments"]] == ["answers"]


def test_money_of_a_variant_is_exact():
    answer = Asked(Served(tokens=100), Served("new", tokens=50), Served("new", tokens=25)).one()
    control, new = answer["variants"]
    assert (control["variant"], control["control"], control["cost_usd"]) == ("control", True, "0.0001")
    assert (new["cost_usd"], new["cost_per_request_usd"]) == ("0.000075", "0.0000375")


def test_a_cheaper_variant_is_better_in_cost_and_nothing_is_said_of_what_is_alike():
    found = Asked(*both(400, times=0.7)).measures()
    cost = found["cost_usd"]
    assert (cost["verdict"], cost["more_requests"]) == ("better", None)
    assert cost["low"] < cost["difference"] < cost["high"] < 0
    assert cost["difference_ratio"] == pytest.approx(-0.3, abs=0.05)
    assert found["error_ratio"]["verdict"] == "not_known_yet"


def test_failing_more_is_worse_and_solving_more_is_better():
    served = both(600)
    served = [
        replace(one, failed=at % 10 == 1, solved=at % 4 > 0 if one.variant == "new" else at % 4 == 0)
        for at, one in enumerate(served)
    ]
    found = Asked(*served).measures()
    assert found["error_ratio"]["verdict"] == "worse"
    assert found["outcome:ticket_solved"]["verdict"] == "better"


def test_scores_count_as_they_are_told():
    served = [replace(one, score=0.8 if one.variant == "new" else 0.7) for one in both(150)]
    served = [replace(one, score=one.score + 0.1 * (at % 3 - 1)) for at, one in enumerate(served)]
    helpful = Asked(*served).measures()["evaluation:helpful"]
    assert (helpful["verdict"], helpful["control_requests"]) == ("better", 150)
    assert helpful["difference"] == pytest.approx(0.1)


def test_alike_within_the_margin_is_the_same():
    same = Asked(*both(2_500)).measures()["cost_usd"]
    assert same["verdict"] == "same"
    assert max(abs(same["low"]), abs(same["high"])) < 0.05 * same["control_value"]


def test_with_too_few_requests_no_interval_is_shown_but_how_many_are_lacking():
    cost = Asked(*both(20, times=0.5)).measures()["cost_usd"]
    assert (cost["verdict"], cost["low"]) == ("not_known_yet", None)
    assert cost["more_requests"] == 160  # a hundred of each


def test_users_who_keep_their_variant_are_what_was_drawn():
    served = [replace(one, user=f"u{at % 40}") for at, one in enumerate(both(400))]
    answer = Asked(*served).one()
    assert (answer["unit"], [row["units"] for row in answer["variants"]]) == ("user", [20, 20])


def test_users_who_meet_both_are_not():
    served = [replace(one, user=f"u{at // 2 % 40}") for at, one in enumerate(both(400))]
    assert Asked(*served).one()["unit"] == "request"


def test_a_few_users_in_both_are_left_out_and_counted():
    served = [replace(one, user=f"u{at % 40}") for at, one in enumerate(both(400))]
    served[1] = replace(served[1], user="u0")
    answer = Asked(*served).one()
    assert (answer["unit"], [row["mixed_requests"] for row in answer["variants"]]) == ("user", [20, 1])
    assert [row["units"] for row in answer["variants"]] == [19, 20]


def test_one_noisy_user_proves_nothing():
    """Two users send nearly everything, and each costs what it costs."""
    served = [
        Served(("control", "new")[at % 2], user=f"big{at % 2}", tokens=(100, 150)[at % 2] + at % 7) for at in range(600)
    ]
    served += [Served(("control", "new")[at % 2], user=f"u{at}", tokens=100 + at % 7) for at in range(60)]
    by_user, by_request = (Asked(*served).measures(unit=unit)["cost_usd"] for unit in ("user", "request"))
    assert by_request["verdict"] == "worse"
    assert by_user["verdict"] == "not_known_yet"


def test_sessions_are_told_apart():
    served = [replace(one, session=f"s{at % 60}", user=f"u{at // 2 % 9}") for at, one in enumerate(both(300))]
    assert Asked(*served).one()["unit"] == "session"


def test_a_request_that_names_two_variants_is_left_out():
    served = both(50)
    served[0] = replace(served[0], further=("new",))
    control = Asked(*served).one()["variants"][0]
    assert (control["requests"], control["mixed_requests"]) == (49, 1)


def test_a_split_that_is_not_the_planned_one_is_said():
    served = [one for at, one in enumerate(both(600)) if one.variant == "new" or at % 5]
    served += [replace(one, variant="new") for one in both(100)]
    answer = Asked(*served).one()
    assert answer["split"]["verdict"] == "mismatch"
    assert answer["split"]["p_value"] < 0.001
    skewed = Asked(*served).one(split="control:480,new:800")
    assert skewed["split"]["verdict"] == "as_planned"


def test_whoever_is_asked_for_is_the_control():
    answer = Asked(*both(150)).one(control="new")
    assert next(row["variant"] for row in answer["comparisons"]) == "control"
    assert answer["control"] == "new"


def test_what_has_no_price_is_not_in_the_cost():
    served = [replace(one, unit_price_usd=None) if at < 10 else one for at, one in enumerate(both(150))]
    answer = Asked(*served).one()
    assert [row["unpriced_requests"] for row in answer["variants"]] == [5, 5]
    assert {row["measure"]: row["requests"] for row in answer["comparisons"]}["cost_usd"] == 145


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"control": "nobody"}, 400),
        ({"split": "control"}, 400),
        ({"split": "control:0.5"}, 400),
        ({"split": "control:-1,new:2"}, 400),
        ({"unit": "planet"}, 400),
        ({"alpha": "2"}, 400),
        ({"color": "red"}, 400),
        ({"until": "2026-11-01T00:00:00Z"}, 400),
    ],
)
def test_what_cannot_be_asked_is_refused(params, status):
    assert "detail" in Asked(*both(2)).get("/answers", status, **params)


def test_what_spans_say_arrives():
    with House(prices=small_book()) as house:
        for at, (flag, told) in enumerate(
            (("burnline.experiment", "burnline.variant"), ("feature_flag.key", "feature_flag.result.variant"))
        ):
            root = Sent(trace=at + 1, start_s=at, kind="request", says={"user.id": "u", "gen_ai.conversation.id": "s"})
            house.send(root, Sent(at + 1, 2, 1, at, kind="router", says={flag: "answers/short", told: f"v{at}"}))
        house.settle()
        answer = Asked(store=house.store).get("/answers%2Fshort")
    assert [(row["variant"], row["requests"]) for row in answer["variants"]] == [("v0", 1), ("v1", 1)]


def test_an_experiment_that_nobody_named_is_not_found():
    assert "GET /v1/experiments" in Asked(*both(2)).get("/unknown", 404)["detail"]
