"""The guard asks before money is spent, and is never in the way."""

import socket
import threading
import time
from decimal import Decimal
from uuid import UUID

import pytest

from instrumentation import model_call, request
from instrumentation.spending import SpendGuard
from tests.analytics.spending.served import served


def price(call, _at):
    """A cent for a thousand tokens of every model but one."""
    thousands = Decimal(call.input_tokens + call.max_output_tokens) / 1000
    return None if call.model == "unknown" else thousands * Decimal("0.01") * (1 if call.model == "small" else 10)


@pytest.fixture(scope="module")
def served_house(tmp_path_factory):
    with served(tmp_path_factory.mktemp("house"), price) as opened:
        yield opened


@pytest.fixture
def house(served_house):
    yield served_house
    for left in served_house.spending.live(time.time_ns()):
        if left.state == "held":
            served_house.spending.release(left.reservation_id, time.time_ns())


@pytest.fixture
def guard(house):
    return SpendGuard(house.url, timeout_s=5.0)


def states(house, hold):
    found = house.spending.show(UUID(hold.reservation_id), time.time_ns())
    return found.state, found.actual_usd, found.trace_id


def test_reserve_call_settle(house, guard):
    with guard.reserve(amount_usd=Decimal("0.02"), tenant="globex") as hold:
        assert (hold.allowed, hold.granted, hold.status) == (True, True, "reserved")
        hold.settle(actual_usd=Decimal("0.0031"))
    assert states(house, hold) == ("settled", Decimal("0.0031"), None)
    assert guard.status().answers == {"granted": 1}
    assert guard.status().errors == {}


def test_a_refusal_is_told_with_a_cheaper_model_that_fits(guard):
    call = {"provider": "ours", "model": "large", "input_tokens": 50_000}
    with guard.reserve(estimate=call, candidates=[{"provider": "ours", "model": "small"}], tenant="acme") as hold:
        assert (hold.allowed, hold.granted, hold.refused_by) == (False, False, ("acme",))
        assert (hold.affordable.model, hold.affordable.amount_usd) == ("small", Decimal("0.5"))


def test_what_has_no_price_may_be_spent_where_nobody_minds(guard):
    with guard.reserve(estimate={"model": "unknown", "input_tokens": 1}) as hold:
        assert (hold.allowed, hold.granted, hold.status) == (True, None, "unpriced")
    assert guard.status().answers == {"unpriced": 1}


@pytest.mark.usefixtures("spans")
def test_words_and_trace_come_from_the_request(house, guard):
    with request(tenant="acme", team="support", route="answer"), model_call("openai", "gpt-4o") as call:
        with guard.reserve(amount_usd="0.01") as hold:
            pass
        trace_id = f"{call.span.get_span_context().trace_id:032x}"
    assert states(house, hold) == ("settled", None, trace_id)
    found = house.spending.live(time.time_ns())[-1]
    assert found.words == {"tenant": "acme", "team": "support", "route": "answer"}


def test_what_was_not_spent_is_released(house, guard):
    with guard.reserve(amount_usd="0.01") as hold:
        hold.release()
    assert states(house, hold)[0] == "released"


def test_without_cost_and_trace_the_hold_expires_by_itself(house, guard):
    with guard.reserve(amount_usd="0.01", ttl_s=30) as hold:
        pass
    assert states(house, hold)[0] == "held"


def test_an_error_of_the_app_passes_through_and_the_trace_settles(house, guard, spans):
    with pytest.raises(KeyError), request(tenant="acme"), guard.reserve(amount_usd="0.01") as hold:
        raise KeyError
    assert states(house, hold)[0] == "settled"
    assert spans.one("request").attributes["error.type"] == "KeyError"


async def test_it_works_without_holding_up_an_event_loop(house, guard):
    async with guard.reserve(amount_usd="0.01") as hold:
        assert hold.allowed
        hold.settle("0.01")
    assert states(house, hold)[:2] == ("settled", Decimal("0.01"))


@pytest.fixture
def deaf():
    """Accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture
def dripping():
    """Answers a byte every ten milliseconds, for longer than anybody should wait."""
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def drip():
        try:
            connection, _ = listening.accept()
        except OSError:
            return  # nobody called
        with connection:
            while not over.is_set():
                try:
                    connection.sendall(b"H")
                except OSError:
                    return
                over.wait(0.01)

    thread = threading.Thread(target=drip)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    over.set()
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join()


@pytest.mark.parametrize("fail_open", [True, False])
def test_nobody_there_decides_as_the_guard_was_told(fail_open):
    guard = SpendGuard("http://127.0.0.1:1", fail_open=fail_open)
    with guard.reserve(amount_usd="1") as hold:
        hold.settle("1")
    assert (hold.allowed, hold.granted, hold.status) == (fail_open, None, "unknown")
    assert (guard.status().answers, guard.status().errors) == ({"unknown": 1}, {"unreachable": 1})


@pytest.mark.parametrize("server", ["deaf", "dripping"])
def test_an_answer_that_does_not_come_in_time_is_not_waited_for(server, deaf, dripping):
    guard = SpendGuard({"deaf": deaf, "dripping": dripping}[server], timeout_s=0.05)
    begun = time.monotonic()
    with guard.reserve(amount_usd="1") as hold:
        assert hold.allowed
    assert time.monotonic() - begun < 1.0
    assert guard.status().errors == {"timeout": 1}


def test_after_trouble_it_is_left_alone_for_a_while():
    now = [0.0]
    guard = SpendGuard("http://127.0.0.1:1", retry_s=1.0, clock=lambda: now[0])
    for at in (0.0, 0.5, 0.99, 1.0):
        now[0] = at
        with guard.reserve(amount_usd="1") as hold:
            assert hold.allowed
    assert guard.status().errors == {"unreachable": 2, "left_alone": 2}


@pytest.mark.parametrize(
    ("strange", "kind"),
    [
        ({"amount_usd": "much"}, "garbage"),
        ({"amount_usd": "-1"}, "http_400"),
        ({"amount_usd": "1", "colour": "red"}, "http_400"),
        ({"amount_usd": "1", "tenant": object()}, "garbage"),
        ({"amount_usd": "1", "ttl_s": 10**9}, "http_400"),
        ({}, "http_400"),
    ],
)
def test_whatever_is_asked_nothing_is_raised(guard, strange, kind):
    with guard.reserve(**strange) as hold:
        hold.settle("a lot")
    assert (hold.allowed, hold.status) == (True, "unknown")
    assert kind in guard.status().errors


def test_an_answer_that_is_none_is_no_answer():
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer():
            connection, _ = listening.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{"granted": 1}')

        thread = threading.Thread(target=answer)
        thread.start()
        guard = SpendGuard(f"http://127.0.0.1:{listening.getsockname()[1]}", timeout_s=5.0)
        with guard.reserve(amount_usd="1") as hold:
            assert (hold.allowed, hold.status, hold.reservation_id) == (True, "unknown", None)
        thread.join()
    assert guard.status().errors == {"garbage": 1}


def test_an_address_that_is_none_is_refused_at_once():
    with pytest.raises(ValueError, match=r"http://127\.0\.0\.1:8320"):
        SpendGuard("burnline")
