"""``/v1/outcomes``: told once, joined whenever the request comes, counted with it."""

import asyncio
from decimal import Decimal

import httpx
import numpy as np
import pyarrow as pa
import pytest

from analytics.ratios import wilson
from dashboards.app import Parts, build_app
from tests.analytics.stored import MINUTE, NOON, Line, Stored, put, store_with

HOUR = 60 * MINUTE
NOW = NOON + 2 * HOUR


class Asked:
    """The application over a store."""

    def __init__(self, *requests, now_ns=NOW):
        self.store, self.now_ns = store_with(*requests), now_ns
        self.app = build_app(Parts(self.store, lambda: self.now_ns))

    def send(self, method, path="/v1/outcomes", status=200, **more):
        async def ask():
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://b") as client:
                return await client.request(method, path, **more)

        answer = asyncio.run(ask())
        assert answer.status_code == status, answer.text
        return answer.json()

    def tell(self, status=201, **words):
        return self.send("POST", status=status, json={"name": "ticket_solved", **words})

    def rows(self, **params):
        return self.send("GET", params={"start": "2026-11-18T11:00:00Z", **params})["rows"]


def trace(number):
    return f"{number:032x}"


def test_what_came_of_a_request_is_counted_with_it():
    asked = Asked(Stored(1), Stored(2))
    told = asked.tell(trace_id=trace(1))
    (row,) = asked.rows()
    assert (told["stored"], told["outcomes"][0]["joined"]) == (1, True)
    assert (row["name"], row["requests"], row["outcome_requests"], row["outcomes"]) == ("ticket_solved", 2, 1, 1)
    assert (row["cost_usd"], row["cost_per_outcome_usd"]) == ("0.0005", "0.0005")  # 2 x 100 x 0.0000025, one solved
    assert (row["outcome_ratio"], row["p50_ms"]) == (0.5, 1_000.0)


def test_told_before_its_request_it_waits_and_is_joined_then():
    asked = Asked()
    told = asked.tell(trace_id=trace(7).upper(), at="2026-11-18T12:00:00Z")
    assert not told["outcomes"][0]["joined"]
    assert asked.send("GET", params={"start": "2026-11-18T11:00:00Z"})["waiting"] == 1
    put(asked.store, Stored(7))
    after = asked.send("GET", params={"start": "2026-11-18T11:00:00Z"})
    assert (after["waiting"], after["rows"][0]["outcomes"]) == (0, 1)


def test_the_id_of_an_answer_names_its_request_too():
    asked = Asked(Stored(1))
    asked.store.append({"model_calls": _answered("chatcmpl-9", trace(1))})
    asked.tell(response_id="chatcmpl-9")
    assert asked.rows()[0]["outcome_requests"] == 1
    assert asked.send("GET", f"/v1/requests/{trace(1)}")["outcomes"][0]["name"] == "ticket_solved"


def _answered(response_id, trace_id):

    return pa.table(
        {
            "trace_id": pa.array([bytes.fromhex(trace_id)], pa.uuid()),
            "span_id": pa.array([9], pa.uint64()),
            "batch_seq": [1],
            "started_at": pa.array([NOON], pa.timestamp("ns")),
            "response_id": [response_id],
            "usage_status": ["missing"],
        }
    )


def test_told_again_it_is_the_same_one():
    asked = Asked(Stored(1))
    words = {"id": "ticket-1", "trace_id": trace(1), "at": "2026-11-18T12:30:00Z"}
    first, again = asked.tell(**words), asked.tell(200, **words)
    assert (first["stored"], again["stored"], again["known"]) == (1, 0, 1)
    assert asked.rows()[0]["outcomes"] == 1


def test_with_an_id_and_no_time_it_can_be_told_again_at_any_time():
    asked = Asked(Stored(1))
    words = {"id": "ticket-1", "trace_id": trace(1)}
    asked.tell(**words)
    asked.now_ns += HOUR
    again = asked.tell(200, **words)
    other = asked.tell(409, **words, value=2)
    assert (again["known"], other["conflicts"]) == (1, 1)
    assert asked.rows()[0]["outcomes"] == 1


def test_what_is_wrong_is_named_as_its_sender_calls_it():
    asked = Asked(Stored(1))
    one = asked.tell(400, trace_id=trace(1), value="NaN")
    several = asked.send("POST", status=400, json={"outcomes": [{"name": "x", "trace_id": "zz"}]})
    neither = asked.tell(400)
    assert [found["parameter"] for found in (one, several, neither)] == ["value", "outcomes.0.trace_id", "body"]


def test_without_an_id_what_is_said_is_the_id():
    asked = Asked(Stored(1))
    words = {"trace_id": trace(1), "at": "2026-11-18T12:30:00Z"}
    asked.tell(**words, value=1)
    asked.tell(200, **words, value="1.0")
    asked.tell(**words, value=2)
    assert asked.rows()[0]["outcomes"] == 2


def test_an_id_that_stands_for_another_is_a_conflict_and_the_rest_is_kept():
    asked = Asked(Stored(1))
    asked.tell(id="a", trace_id=trace(1))
    told = asked.send(
        "POST",
        status=409,
        json={
            "outcomes": [
                {"id": "a", "name": "minutes_saved", "value": 5, "trace_id": trace(1)},
                {"id": "b", "name": "minutes_saved", "value": "12.5", "trace_id": trace(1)},
                {"id": "b", "name": "minutes_saved", "value": 12.5, "trace_id": trace(1)},
            ]
        },
    )
    assert [one["standing"] for one in told["outcomes"]] == ["conflict", "stored", "known"]
    assert (told["received"], told["stored"], told["known"], told["conflicts"]) == (3, 1, 1, 1)
    assert {row["name"]: row["value"] for row in asked.rows()} == {"ticket_solved": "1", "minutes_saved": "12.5"}


def test_several_of_one_request_cost_it_once():
    asked = Asked(Stored(1), Stored(2, lines=(Line(quantity=300),)))
    for minute in range(3):
        asked.tell(trace_id=trace(1), at=f"2026-11-18T12:3{minute}:00Z", value="0.1")
    (row,) = asked.rows()
    assert (row["outcomes"], row["outcome_requests"], row["value"]) == (3, 1, "0.3")
    assert Decimal(row["cost_usd"]) == 400 * Decimal("0.0000025")
    assert Decimal(row["cost_per_value_usd"]) == (400 * Decimal("0.0000025") / Decimal("0.3")).quantize(
        Decimal("1e-15")
    )


def test_rows_are_split_by_what_a_request_has_one_of():
    asked = Asked(Stored(1), Stored(2, tenant="beta"), Stored(3, tenant="beta"))
    for number in (1, 2):
        asked.tell(trace_id=trace(number))
    rows = asked.rows(by="tenant,day")
    assert [(row["tenant"], row["day"], row["requests"], row["outcomes"]) for row in rows] == [
        ("acme", "2026-11-18", 1, 1),
        ("beta", "2026-11-18", 2, 1),
    ]
    assert [row["tenant"] for row in asked.rows(by="tenant", tenant="beta")] == ["beta"]


def test_what_is_told_more_than_an_hour_after_its_request_is_late():
    soon, late = Stored(1, started_at=NOW - 30 * MINUTE), Stored(2)
    asked = Asked(soon, late)
    for number in (1, 2):
        asked.tell(trace_id=trace(number))
    assert asked.rows()[0]["late_outcomes"] == 1


def test_a_request_of_another_window_is_not_in_this_one():
    asked = Asked(Stored(1))
    asked.tell(trace_id=trace(1))
    assert asked.rows(start="2026-11-18T12:30:00Z") == []


def test_what_has_no_price_costs_nobody_knows_what():
    asked = Asked(Stored(1, lines=(Line(unit_price_usd=None),)))
    asked.tell(trace_id=trace(1))
    (row,) = asked.rows()
    assert (row["cost_usd"], row["cost_per_outcome_usd"], row["unpriced_requests"]) == (None, None, 1)


def test_a_request_shows_what_came_of_it():
    asked = Asked(Stored(1), Stored(2))
    asked.tell(trace_id=trace(1), value="12.50", name="minutes_saved", at="2026-11-18T12:30:00Z")
    (shown,) = asked.send("GET", f"/v1/requests/{trace(1)}")["outcomes"]
    assert (shown["name"], shown["value"], shown["at"]) == ("minutes_saved", "12.5", "2026-11-18T12:30:00.000000Z")
    assert asked.send("GET", f"/v1/requests/{trace(2)}")["outcomes"] == []


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"trace_id": trace(1), "response_id": "a"},
        {"trace_id": "12"},
        {"trace_id": trace(1), "value": "1e30"},
        {"trace_id": trace(1), "value": "0.0000001"},
        {"trace_id": trace(1), "color": "red"},
        {"outcomes": []},
    ],
)
def test_what_cannot_be_told_is_refused(words):
    asked = Asked()
    assert "detail" in asked.send("POST", status=400, json={"name": "ticket_solved", **words})


def test_a_model_is_no_word_of_a_request():
    Asked().send("GET", status=400, params={"model": "gpt-4o"})
    Asked().send("GET", status=400, params={"by": "model"})


def test_an_interval_of_a_ratio_holds_as_often_as_it_says():

    hits = np.random.default_rng(1).binomial(40, 0.3, 2_000)
    held = [low <= 0.3 <= high for low, high in (wilson(int(one), 40) for one in hits)]
    assert abs(np.mean(held) - 0.95) < 0.02
