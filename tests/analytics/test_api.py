"""The HTTP questions, asked of the application over a real store."""

import asyncio
import threading
from collections.abc import Iterator

import httpx
import pytest

from dashboards.app import Parts, build_app
from tests.analytics.stored import MINUTE, NOON, Line, S, Stored, put, store_with

NOW = NOON + 60 * MINUTE

_WHO = {"tenant", "team", "feature", "route", "tier"}
_REQUEST_FIELDS = _WHO | {"trace_id", "started_at", "duration_ms", "status", "degraded", "usage", "cost", "spans"}
_SPAN_FIELDS = {"span_id", "name", "kind", "started_at", "duration_ms", "status", "model", "attributes"}


class Asked:
    """Asks one application."""

    def __init__(self, *requests: Stored) -> None:
        self.store = store_with(*requests)
        self.app = build_app(Parts(self.store, lambda: NOW))

    def get(self, path: str, **params: object) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://burnline") as client:
                return await client.get(path, params=params or None)

        return asyncio.run(ask())

    def problem(self, path: str, **params: object) -> dict:
        response = self.get(path, **params)
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["status"] == response.status_code
        return response.json()


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    house = Asked(*[Stored(number=n, started_at=NOON + n * S) for n in range(1, 8)])
    yield house
    house.store.close()


def test_a_request_has_the_fixed_shape(asked):
    answer = asked.get("/v1/requests/" + "0" * 31 + "3").json()
    assert set(answer) >= _REQUEST_FIELDS
    assert answer["usage"] == {
        "status": "reported",
        "input_tokens": 100,
        "output_tokens": None,
        "cache_read_tokens": None,
        "cache_write_tokens": None,
        "reasoning_tokens": None,
    }
    assert {"usd": answer["cost"]["usd"], "status": answer["cost"]["status"]} == {"usd": "0.00025", "status": "priced"}
    assert (
        answer["cost"]["lines"][0].items()
        >= {
            "span_id": "0000000000000002",
            "provider": "openai",
            "model": "gpt-4o",
            "usage_class": "input_uncached",
            "quantity": "100",
            "unit_price_usd": "0.0000025",
            "cost_usd": "0.00025",
            "price_id": "p1",
            "status": "priced",
        }.items()
    )
    root, call = answer["spans"]
    assert (root["parent_span_id"], call["parent_span_id"]) == (None, root["span_id"])
    assert set(root) >= _SPAN_FIELDS
    assert (call["model"], call["duration_ms"]) == ("gpt-4o-2024", 500.0)


def test_a_summary_is_the_request_without_spans_lines_shares_and_outcomes(asked):
    summary = asked.get("/v1/requests", limit=1).json()["requests"][0]
    whole = asked.get(f"/v1/requests/{summary['trace_id']}").json()
    del whole["spans"], whole["cost"]["lines"], whole["cost"]["shares"], whole["outcomes"]
    assert summary == whole


def test_an_unknown_request_is_a_404_problem(asked):
    assert asked.problem("/v1/requests/" + "f" * 32)["status"] == 404


@pytest.mark.parametrize("trace_id", ["abc", "g" * 32, "0" * 32, "0" * 33])
def test_a_trace_id_that_is_none_is_a_400_problem(asked, trace_id):
    found = asked.problem(f"/v1/requests/{trace_id}")
    assert (found["status"], found["parameter"], found["value"]) == (400, "trace_id", trace_id)


@pytest.mark.parametrize(
    ("path", "parameter", "value"),
    [
        ("/v1/requests", "start", "yesterday"),
        ("/v1/requests", "until", "2026-02-30T00:00:00Z"),
        ("/v1/requests", "until", "1969-01-01T00:00:00Z"),
        ("/v1/requests", "start", "2027-01-01T00:00:00Z"),
        ("/v1/requests", "limit", "501"),
        ("/v1/requests", "limit", "0"),
        ("/v1/requests", "status", "good"),
        ("/v1/requests", "min_cost_usd", "-1"),
        ("/v1/requests", "min_cost_usd", "NaN"),
        ("/v1/requests", "min_latency_ms", "inf"),
        ("/v1/requests", "tennant", "acme"),
        ("/v1/requests", "cursor", "nonsense"),
        ("/v1/requests", "cursor", "W10"),
        ("/v1/requests", "cursor", "NQ"),
        ("/v1/cost", "cursor", "WzAsOTk5OTk5OTk5OTk5OTk5OTk5OTk5LCJ4IiwxXQ"),
        ("/v1/cost", "cursor", "W1tb" * 5_000),  # [[[...
        ("/v1/cost", "by", "colour"),
        ("/v1/cost", "by", "stage"),
        ("/v1/latency", "by", "usage_class"),
    ],
)
def test_a_bad_parameter_is_named_with_its_value_and_what_would_do(asked, path, parameter, value):
    found = asked.problem(path, **{parameter: value})
    assert (found["status"], found["parameter"]) == (400, parameter)
    assert found["expected"]
    assert parameter in found["detail"]


def test_a_misspelt_filter_is_told_the_names_that_exist(asked):
    assert "tenant" in asked.problem("/v1/cost", tennant="acme")["expected"]


def test_a_parameter_given_twice_is_refused(asked):
    found = asked.problem("/v1/cost?tenant=acme&tenant=globex")
    assert (found["parameter"], found["value"]) == ("tenant", "acme, globex")


def test_an_unknown_path_is_a_problem_that_points_to_the_description(asked):
    assert "/openapi.json" in asked.problem("/v1/nothing")["detail"]


def test_a_wrong_method_is_a_problem(asked):
    response = asyncio.run(httpx.AsyncClient(transport=httpx.ASGITransport(asked.app)).post("http://b/v1/cost"))
    assert (response.status_code, response.json()["status"]) == (405, 405)


def test_instants_are_accepted_with_an_offset_and_answered_with_z(asked):
    answer = asked.get("/v1/requests", start="2026-11-18T13:00:00+01:00", until="2026-11-18T14:00:00+01:00").json()
    assert (answer["start"], answer["until"]) == ("2026-11-18T12:00:00.000000Z", "2026-11-18T13:00:00.000000Z")
    assert len(answer["requests"]) == 7


def test_a_window_left_out_is_the_last_hour(asked):
    answer = asked.get("/v1/cost").json()
    assert (answer["start"], answer["until"]) == ("2026-11-18T12:00:00.000000Z", "2026-11-18T13:00:00.000000Z")


def test_the_description_tells_every_field_of_every_answer(asked):
    described = asked.get("/openapi.json").json()
    shapes = described["components"]["schemas"]
    bare = [
        f"{name}.{field}"
        for name, shape in shapes.items()
        for field, about in shape.get("properties", {}).items()
        if not {"description", "const", "default", "$ref"} & set(about)
    ]
    assert bare == []
    for path, operations in described["paths"].items():
        for operation in operations.values():
            assert "default" in operation["responses"], path
            assert all(parameter.get("description") for parameter in operation.get("parameters", [])), path
            assert operation["summary"], path


def test_questions_run_beside_each_other_and_beside_writes():
    house = Asked(*[Stored(number=n, started_at=NOON + n * S) for n in range(1, 50)])
    stop = threading.Event()

    def write() -> None:
        number = 100
        while not stop.is_set():
            put(house.store, Stored(number=number, started_at=NOON + number * S, lines=(Line(),)))
            number += 1

    async def ask() -> list[int]:
        transport = httpx.ASGITransport(house.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://burnline") as client:
            paths = ["/v1/cost?by=tenant", "/v1/requests", "/v1/latency"] * 8
            return [response.status_code for response in await asyncio.gather(*map(client.get, paths))]

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert set(asyncio.run(ask())) == {200}
    finally:
        stop.set()
        writer.join()
        house.store.close()
