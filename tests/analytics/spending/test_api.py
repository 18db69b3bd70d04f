"""Asking before spending over HTTP: shapes, problems, and many callers at once."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import httpx
import pytest

PATH = "/v1/budgets/reservations"


@pytest.fixture
def client(house):
    with httpx.Client(base_url=house.url) as opened:
        yield opened


def reserve(client, **body):
    response = client.post(PATH, json={"amount_usd": "1"} | body)
    assert response.status_code == 200, response.text
    return response.json()


def test_a_reservation_goes_its_way_from_asking_to_the_budget_s_account(client):
    granted = reserve(client, tenant="acme", amount_usd="1.5", ttl_s=30)
    assert (granted["granted"], granted["amount_usd"], granted["refused_by"]) == (True, "1.5", [])
    assert granted["expires_at"].endswith("Z")
    rooms = {room["name"]: (room["owner"], room["remaining_usd"]) for room in granted["budgets"]}
    assert rooms == {"day": ("finance", "8.5"), "acme": (None, "2.5")}
    settled = client.post(f"{PATH}/{granted['reservation_id']}/settle", json={"actual_usd": "0.25"}).json()
    assert (settled["state"], settled["actual_usd"], settled["words"]) == ("settled", "0.25", {"tenant": "acme"})
    day, acme = client.get("/v1/budgets").json()["budgets"]
    assert [day[name] for name in ("reserved_usd", "held_usd", "settled_usd")] == ["0.25", "0", "0.25"]
    assert (acme["available_usd"], acme["zone"], acme["plan_kind"]) == ("3.75", "UTC", "even")


def test_a_refusal_is_an_answer_that_names_who_refuses(client):
    refused = reserve(client, tenant="acme", amount_usd="5")
    assert (refused["granted"], refused["refused_by"], refused["reservation_id"]) == (False, ["acme"], None)


def test_a_cheaper_model_is_named_when_it_fits(client):
    call = {"provider": "openai", "model": "gpt-4o", "input_tokens": 5_000_000}
    mini = {"provider": "openai", "model": "gpt-4o-mini"}
    refused = client.post(PATH, json={"estimate": call, "candidates": [mini]}).json()
    assert refused["affordable"] == mini | {"amount_usd": "0.75"}


def test_a_released_reservation_leaves_the_list(client):
    first, second = reserve(client), reserve(client)
    assert client.delete(f"{PATH}/{first['reservation_id']}").json()["state"] == "released"
    (left,) = client.get(PATH).json()["reservations"]
    assert (left["reservation_id"], left["state"]) == (second["reservation_id"], "held")
    assert client.get(f"{PATH}/{first['reservation_id']}").json()["counted_usd"] == "0"


def test_the_list_is_read_page_by_page(client):
    ids = [reserve(client)["reservation_id"] for _ in range(5)]
    found, cursor = [], None
    while True:
        page = client.get(PATH, params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        found += [one["reservation_id"] for one in page["reservations"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == ids


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"amount_usd": 0.1}, "decimal string"),
        ({"amount_usd": "-1"}, "greater than or equal to 0"),
        ({"amount_usd": "NaN"}, "decimal string"),
        ({"amount_usd": "0.0000000000000001"}, "15 decimal places"),
        ({"amount_usd": "1", "tennant": "acme"}, "not be there"),
        ({"amount_usd": "1", "ttl_s": 3601}, "3600"),
        ({}, "either amount_usd or estimate"),
        ({"amount_usd": "1", "estimate": {"model": "m"}}, "either amount_usd or estimate"),
        ({"amount_usd": "1", "candidates": [{"model": "m"}]}, "give one"),
        ({"estimate": {"model": "m"}, "model": "n"}, "give one of them"),
        ({"estimate": {"model": "m", "cache_read_tokens": 1}}, "at most input_tokens"),
        ({"amount_usd": "1", "tenant": ""}, "at least 1 character"),
    ],
)
def test_what_cannot_be_asked_is_a_problem_that_says_what_would_do(strict_house, body, said):
    response = httpx.post(strict_house.url + PATH, json=body)
    assert (response.status_code, response.headers["content-type"]) == (400, "application/problem+json")
    assert said in response.json()["detail"]


def test_problems_of_a_reservation(client):
    held = reserve(client)["reservation_id"]
    client.post(f"{PATH}/{held}/settle", json={"actual_usd": "1"})
    assert client.delete(f"{PATH}/{held}").status_code == 409
    assert client.delete(f"{PATH}/{'0' * 32}").status_code == 404
    assert client.delete(f"{PATH}/nonsense").json()["parameter"] == "reservation_id"
    assert client.get(PATH, params={"cursor": "x"}).json()["parameter"] == "cursor"


def test_clients_that_ask_together_do_not_pass_the_limit_together(house):
    def take(_: int) -> Decimal:
        with httpx.Client(base_url=house.url) as client:
            answers = [reserve(client, amount_usd="0.07", tenant="acme") for _ in range(12)]
        return sum((Decimal(answer["amount_usd"]) for answer in answers if answer["granted"]), Decimal(0))

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(take, range(6))) == Decimal("3.99")  # 57 x 0.07, of 4


def test_every_field_is_described(strict_house):
    described = httpx.get(strict_house.url + "/openapi.json").json()
    assert PATH in described["paths"]
    shapes = ("ReservationAsk", "Estimate", "Candidate", "SettleAsk", "Room", "Affordable", "ReservationAnswer")
    for name in (*shapes, "ReservationState", "ReservationPage", "Spend"):
        fields = described["components"]["schemas"][name]["properties"]
        assert [field for field, about in fields.items() if not {"description", "$ref"} & set(about)] == [], name
