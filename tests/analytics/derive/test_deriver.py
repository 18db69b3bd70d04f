"""A derivation happens once, whole, and moves what was counted before instead of counting it again."""

import pytest

from analytics.derive.deriver import DeriveSettings
from collector.store import DuckDBStore, Query, QueryFailed, StoreUnavailable
from tests.analytics.derive.house import House, Sent, call, derived
from tests.analytics.derive.worlds import house_with_objectives, told

ROOT = Sent(span=1, kind="request", says={"burnline.tenant": "acme", "burnline.route": "answer"})
CHILD = call(span=2, parent=1)


class Failing:
    """A store whose next change fails, before or after it is committed."""

    def __init__(self, store):
        self._store, self.fails = store, None

    def change(self, steps, *, tables=None):
        when, self.fails = self.fails, None
        if when == "before":
            raise StoreUnavailable("the disk is full")
        self._store.change(steps, tables=tables)
        if when == "after":
            raise StoreUnavailable("the commit succeeded, the checkpoint after it did not")

    def __getattr__(self, name):
        return getattr(self._store, name)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_change_that_fails_before_or_after_its_commit_is_counted_once(when):
    store = Failing(DuckDBStore(None))
    with House(store) as house, derived(ROOT, CHILD) as expected:
        house.send(ROOT, CHILD)
        store.fails = when
        with pytest.raises(StoreUnavailable):
            house.deriver.run()
        house.derive()
        assert told(house) == told(expected)


def test_a_question_that_fails_leaves_the_batches_for_the_next_run():
    with House() as house:
        house.send(ROOT, CHILD)
        ask, house.store.run = house.store.run, _refuse
        with pytest.raises(QueryFailed):
            house.deriver.run()
        house.store.run = ask
        house.derive()
        assert house.request()["span_count"] == 2


def _refuse(*_, **__):
    raise QueryFailed("interrupted")


def test_the_duration_of_a_child_moves_to_the_tenant_its_root_names_later():
    with House() as house:
        house.send(CHILD)
        house.derive()
        assert _stages(house) == {(None, "model"): 1}
        house.send(ROOT)
        house.derive()
        assert _stages(house) == {("acme", "model"): 1, ("acme", "request"): 1}


def _stages(house):
    rows = house.rows(
        "select tenant, stage, sum(observations)::bigint as seen from latency_minutes "
        "left join attributions using (attribution_id) group by all having sum(observations) <> 0"
    )
    return {(row["tenant"], row["stage"]): row["seen"] for row in rows}


def test_a_request_span_is_timed_once_as_the_request():
    with derived(ROOT) as house:
        assert _stages(house) == {("acme", "request"): 1}


def test_a_run_takes_no_more_spans_than_it_is_told_but_at_least_one_batch():
    with House(settings=DeriveSettings(spans=3)) as house:
        for trace, count in ((1, 2), (2, 2), (3, 5), (4, 1)):
            house.send(*(Sent(trace=trace, span=number) for number in range(1, count + 1)))
        assert [done.spans for done in house.derive()] == [2, 2, 5, 1]


def test_nothing_new_is_nothing_to_do():
    with derived(ROOT) as house:
        assert house.deriver.run() is None


def test_spans_sent_again_change_nothing():
    with house_with_objectives() as house:
        house.send(ROOT, CHILD)
        house.derive()
        before = told(house)
        house.send(CHILD)
        house.send(ROOT, CHILD)
        house.derive()
        assert told(house) == before


def test_batches_of_logs_count_as_derived():
    with House() as house:
        house.store.append({"batches": house.store.run(_LOG_BATCH)})
        house.derive()
        assert house.deriver.derived_seq == 1


_LOG_BATCH = Query(
    "one",
    "select 1::bigint as batch_seq, uuid() as batch_id, 'logs' as signal, '2026-11-18'::timestamp_ns as received_at, "
    "1::bigint as received, 1::bigint as stored, 0::bigint as duplicate, 0::bigint as rejected",
)


def test_a_trace_that_lasts_for_days_is_one_request():
    late = Sent(span=3, parent=1, start_s=3 * 86_400)
    with House() as house:
        for span in (CHILD, late, ROOT):
            house.send(span)
            house.derive()
        assert house.request()["span_count"] == 3


def test_progress_survives_a_restart():
    with House() as house:
        house.send(ROOT)
        house.derive()
        house.restart()
        assert house.deriver.run() is None
        house.send(CHILD)
        house.derive()
        assert (house.request()["span_count"], house.request()["cost_status"]) == (2, "priced")


@pytest.mark.parametrize("says", [{"response": "msg_1"}, {"scope": "openinference.instrumentation.langchain"}])
@pytest.mark.parametrize("at_ns", [1, 2**63 - 1])
def test_clocks_at_either_end_of_time_stop_nobody(says, at_ns):
    """A derivation that fails for one span would fail for ever, and for everybody."""
    with House() as house:
        for trace in (1, 2):
            house.send(call(trace=trace, span=1, start_at_ns=at_ns, duration_s=0, **says), Sent(trace=trace, span=2))
            house.derive()
        assert house.rows("select count(*) as requests from requests") == [{"requests": 2}]
