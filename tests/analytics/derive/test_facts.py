"""What a request is: its root, status, duration, attribution, calls and usage, as far as its spans have arrived."""

import pytest

from tests.analytics.derive.house import NOON, SETTLE_S, House, S, Sent, call, derived

ROOT = Sent(span=1, kind="request", name="root", duration_s=5, says={"burnline.tenant": "acme"})


def request(*spans, settle=False):
    with derived(*spans, settle=settle) as house:
        return house.request()


def test_the_entry_is_the_root_even_if_another_span_started_earlier():
    found = request(call(span=2, parent=1, start_s=-1, duration_s=60), ROOT)
    assert (found["name"], found["duration_ns"], found["complete"]) == ("root", 5 * S, True)


def test_of_two_entries_the_first_in_time_is_the_root():
    later = Sent(span=2, start_s=1, name="later")
    assert request(later, ROOT)["name"] == "root"


def test_of_two_entries_at_once_the_lower_id_is_the_root():
    assert request(Sent(span=9, name="nine"), Sent(span=8, name="eight"))["name"] == "eight"


def test_a_parent_in_another_process_makes_an_entry():
    found = request(Sent(span=1, parent=77, remote=True, name="edge"), call(span=2, parent=1))
    assert (found["name"], found["complete"]) == ("edge", True)


def test_without_an_entry_a_request_reaches_from_its_first_start_to_its_last_end_and_is_not_complete():
    found = request(Sent(span=2, parent=1, duration_s=1), Sent(span=3, parent=1, start_s=2, duration_s=1))
    assert (found["complete"], found["duration_ns"]) == (False, 3 * S)


def test_after_settling_a_request_without_an_entry_counts():
    with derived(Sent(span=2, parent=1), settle=True) as house:
        assert house.request()["complete"]
        assert house.rows("select sum(requests)::bigint as requests from request_minutes") == [{"requests": 1}]


def test_a_request_settles_after_its_time_and_not_before():
    with derived(Sent(span=2, parent=1)) as house:
        house.now_ns += round((SETTLE_S - 0.001) * S)
        house.derive()
        assert not house.request()["complete"]
        house.now_ns += round(0.001 * S)
        house.derive()
        assert house.request()["complete"]


def test_every_new_span_makes_an_open_request_wait_anew():
    with derived(Sent(span=2, parent=1)) as house:
        house.now_ns += round(20 * S)
        house.send(Sent(span=3, parent=1))
        house.derive()
        house.now_ns += round(20 * S)
        house.derive()
        assert not house.request()["complete"]


def test_an_open_request_settles_after_a_restart_too():
    with derived(Sent(span=2, parent=1)) as house:
        house.restart()
        house.now_ns += round(SETTLE_S * S)
        house.derive()
        assert house.request()["complete"]


def test_a_settled_request_stays_settled_when_more_comes():
    with derived(Sent(span=2, parent=1), settle=True) as house:
        house.send(Sent(span=3, parent=1))
        house.derive()
        assert (house.request()["complete"], house.request()["span_count"]) == (True, 2)


def test_a_late_root_changes_status_duration_name_and_attribution_and_is_counted_once():
    child = Sent(
        span=2, parent=1, start_s=1, name="child", says={"burnline.tenant": "globex", "burnline.team": "search"}
    )
    with derived(child, settle=True) as house:
        house.send(Sent(span=1, failed=True, name="root", duration_s=7, says={"burnline.tenant": "acme"}))
        house.derive()
        found = house.request()
        assert (found["name"], found["status"], found["duration_ns"]) == ("root", "error", 7 * S)
        assert (found["tenant"], found["team"]) == ("acme", "search")
        minutes = house.rows(
            "select tenant, sum(requests)::bigint as requests, sum(errors)::bigint as errors from request_minutes "
            "join attributions using (attribution_id) group by all having sum(requests) <> 0"
        )
        assert minutes == [{"tenant": "acme", "requests": 1, "errors": 1}]


def test_what_the_root_leaves_open_its_first_child_in_time_says():
    found = request(
        Sent(span=1, says={"burnline.tenant": "acme"}),
        Sent(span=2, parent=1, start_s=2, says={"burnline.route": "late", "burnline.team": "search"}),
        Sent(span=3, parent=1, start_s=1, says={"burnline.route": "early", "burnline.tenant": "globex"}),
    )
    assert (found["tenant"], found["route"], found["team"]) == ("acme", "early", "search")


def test_lines_are_for_whom_their_span_says_and_else_for_whom_the_request_is():
    root = Sent(span=1, says={"burnline.tenant": "acme", "burnline.team": "support"})
    with derived(
        root, call(span=2, parent=1, tokens=(5,)), call(span=3, parent=1, says={"burnline.team": "search"})
    ) as house:
        who = {line["span_id"]: (line["tenant"], line["team"]) for line in house.lines()}
        assert who == {2: ("acme", "support"), 3: ("acme", "search")}


def test_nobody_said_is_unallocated():
    found = request(Sent(span=1))
    assert {found[name] for name in ("tenant", "team", "feature", "route", "tier", "cost_center")} == {None}


@pytest.mark.parametrize(("says", "degraded"), [([None, True], True), ([False, None], False), ([None, None], False)])
def test_a_request_is_degraded_if_one_of_its_spans_says_so(says, degraded):
    spans = [
        Sent(span=number, parent=number - 1 or None, says={} if word is None else {"burnline.degraded": word})
        for number, word in enumerate(says, start=1)
    ]
    assert request(*spans)["degraded"] is degraded


def test_a_failure_below_that_the_root_survived_is_no_error_of_the_request():
    found = request(ROOT, call(span=2, parent=1, tokens=None, failed=True, says={"error.type": "timeout"}))
    assert (found["status"], found["error_type"]) == ("ok", None)


def test_a_failed_root_without_a_word_takes_the_first_failure_below():
    found = request(
        Sent(span=1, failed=True),
        Sent(span=3, parent=1, start_s=1, failed=True, says={"error.type": "second"}),
        Sent(span=2, parent=1, start_s=0.5, failed=True, says={"error.type": "first"}),
    )
    assert (found["status"], found["error_type"]) == ("error", "first")


def test_a_failed_roots_own_word_comes_first():
    root = Sent(span=1, start_s=9, failed=True, says={"error.type": "own"})
    assert request(root, Sent(span=2, parent=1, failed=True, says={"error.type": "other"}))["error_type"] == "own"


def test_calls_are_counted_by_kind_and_wrappers_are_not():
    found = request(
        Sent(span=1, kind="agent"),
        call(span=2, parent=1),
        call(span=3, parent=2),
        call(span=4, parent=3, kind="embedding", tokens=(17,)),
        call(span=5, parent=1, tokens=None, failed=True),
    )
    assert found["call_count"] == 3  # the inner chat, the embedding within it, the failed one


@pytest.mark.parametrize(
    ("calls", "status", "input_tokens"),
    [
        ([call(span=2, parent=1)], "reported", 1_200),
        ([call(span=2, parent=1, tokens=None)], "missing", None),
        ([call(span=2, parent=1), call(span=3, parent=1, tokens=None)], "partial", 1_200),
        ([call(span=2, parent=1, tokens=None, failed=True)], "none", None),
        ([], "none", None),
        ([Sent(span=2, parent=1, kind="agent"), Sent(span=3, parent=2, kind="tool")], "missing", None),
        ([Sent(span=2, parent=1, kind="agent", failed=True)], "none", None),
        ([Sent(span=2, parent=1, kind="agent", name="create_agent weather")], "none", None),
        ([Sent(span=2, parent=1, kind="agent"), call(span=3, parent=1)], "reported", 1_200),
        ([call(span=2, parent=1, tokens=None), call(span=3, parent=2)], "reported", 1_200),
        ([call(span=2, parent=1), call(span=3, parent=2, tokens=None)], "reported", 1_200),
        ([call(span=2, parent=1, tokens=None), call(span=3, parent=2, kind="embedding", tokens=(17,))], "partial", 17),
        ([call(span=2, parent=1), call(span=3, parent=2, kind="embedding", tokens=None)], "partial", 1_200),
    ],
    ids=lambda value: None if isinstance(value, list) else str(value),
)
def test_usage_is_what_the_calls_told_together(calls, status, input_tokens):
    found = request(ROOT, *calls)
    assert (found["usage_status"], found["input_tokens"]) == (status, input_tokens)


def test_an_estimate_is_shown_and_never_billed():
    estimate = call(span=2, parent=1, scope="openlit.instrumentation.openai", says={"gen_ai.request.stream": True})
    with derived(ROOT, estimate) as house:
        found = house.request()
        assert (found["usage_status"], found["input_tokens"], found["output_tokens"]) == ("estimated", 1_200, 80)
        assert (found["cost_status"], found["cost_usd"], house.lines()) == ("unpriced", None, [])


def test_zeros_told_by_the_provider_are_zeros_and_silence_is_null():
    found = request(ROOT, call(span=2, parent=1, tokens=(1_200, 80, 0)))
    assert (found["cache_read_tokens"], found["cache_write_tokens"]) == (0, None)


def test_instants_are_kept_as_sent():
    with derived(Sent(span=1, start_s=0.25, duration_s=0.5)) as house:
        (row,) = house.rows("select epoch_ns(started_at) as start_ns, epoch_ns(ended_at) as end_ns from requests")
        assert row == {"start_ns": NOON + S // 4, "end_ns": NOON + 3 * S // 4}


def test_requests_count_in_the_minute_they_ended_in():
    with derived(Sent(span=1, start_s=59, duration_s=2)) as house:
        assert house.rows("select epoch_ns(minute_at) as minute_ns from request_minutes") == [
            {"minute_ns": NOON + 60 * S}
        ]


def test_a_house_that_was_told_nothing_has_nothing_to_say():
    with House() as house:
        assert (house.derive(), house.requests()) == ([], [])
