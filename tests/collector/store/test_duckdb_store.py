"""What the store promises, on the real engine: all or nothing, never "not written" of what was, values never text."""

import sys
import threading
import time
from decimal import Decimal
from subprocess import run
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from collector.store import DuckDBStore, Lane, Query, QueryFailed, Step, StoreSettings, StoreUnavailable
from collector.store.types import plain_types
from tests.collector.store.rows import asked, group, numbers, step


@pytest.fixture
def store():
    return DuckDBStore(None)


class Failing:
    """A connection whose next commit fails, before or after it really happened."""

    def __init__(self, real: duckdb.DuckDBPyConnection, error: duckdb.Error, *, after: bool) -> None:
        self.real, self.error, self.after = real, error, after

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def execute(self, sql: str, *more: Any) -> Any:
        if sql != "commit" or self.error is None:
            return self.real.execute(sql, *more)
        error, self.error = self.error, None
        if self.after:
            self.real.execute(sql)
        raise error


def test_rows_of_several_tables_are_appended_together(store):
    store.append(group(1, content=b"body"))
    assert asked(store, "select b.batch_seq, p.body from batches b join payloads p using (batch_seq)") == [
        {"batch_seq": 1, "body": b"body"}
    ]


def test_a_table_that_does_not_fit_takes_the_others_back(store):
    tables = group(1) | {"payloads": pa.table({"batch_seq": ["no number"]})}
    with pytest.raises(StoreUnavailable, match="nothing was written"):
        store.append(tables)
    assert numbers(store) == []
    store.append(group(2))
    assert numbers(store) == [2]


def test_a_dimension_row_that_is_there_already_is_no_error(store):
    row = {"attributions": pa.table({"attribution_id": pa.array([7], pa.uint64()), "tenant": ["acme"]})}
    store.append(group(1) | row)
    store.append(group(2) | row)
    assert asked(store, "select tenant from attributions") == [{"tenant": "acme"}]


ERRORS = {
    "an error": duckdb.IOException("the disk said no"),
    "the end of the engine": duckdb.FatalException("COMMIT succeeded and is durable, but the autocheckpoint failed"),
}


@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS)
def test_a_commit_that_fails_after_it_happened_is_a_success(tmp_path, error):
    store = DuckDBStore(tmp_path)
    store._writer = Failing(store._writer, error, after=True)
    store.append(group(1))
    store.append(group(2))
    assert numbers(store) == [1, 2]
    store.close()


@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS)
def test_a_commit_that_fails_before_it_happened_wrote_nothing_and_can_be_repeated(tmp_path, error):
    store = DuckDBStore(tmp_path)
    store._writer = Failing(store._writer, error, after=False)
    with pytest.raises(StoreUnavailable, match="nothing was written") as refused:
        store.append(group(1))
    assert refused.value.retry_after_s > 0
    assert numbers(store) == []
    store.append(group(1))
    assert numbers(store) == [1]
    store.close()


FULL_DISK = """
import logging, resource, sys
from pathlib import Path
import numpy as np
from collector.store import DuckDBStore, StoreSettings, StoreUnavailable
from tests.collector.store.rows import group, numbers

logging.disable()
directory, checkpoint_mb = Path(sys.argv[1]), int(sys.argv[2])
store, random = DuckDBStore(directory, StoreSettings(checkpoint_mb=checkpoint_mb)), np.random.default_rng(1)
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
acknowledged, refused = [], 0

def offer(number):
    global refused
    try:
        store.append(group(number, content=random.bytes(300_000)))
        acknowledged.append(number)
    except StoreUnavailable:
        refused += 1

for first in (1, 100):
    sizes = [path.stat().st_size for path in directory.iterdir() if path.is_file()]
    resource.setrlimit(resource.RLIMIT_FSIZE, (max(sizes) + 1_200_000, hard))
    for number in range(first, first + 10):
        offer(number)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    offer(first + 10)
assert numbers(store) == acknowledged, (numbers(store), acknowledged)
assert acknowledged[-1] == 110
store.close()
assert numbers(DuckDBStore(directory)) == acknowledged
print(refused)
"""


@pytest.mark.parametrize("checkpoint_mb", [64, 1], ids=["the log is full", "the data file is full"])
def test_when_files_cannot_grow_what_was_acknowledged_is_what_is_stored(tmp_path, checkpoint_mb):
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path), str(checkpoint_mb)]
    done = run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own script
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 0


def test_steps_of_a_change_happen_together_or_not_at_all(store):
    moved = step("update progress set derived_seq = 5")
    with pytest.raises(StoreUnavailable, match="rolled back"):
        store.change([moved, step("select no_such_column from progress")])
    assert asked(store, "select derived_seq from progress") == [{"derived_seq": 0}]
    store.change([moved])
    assert asked(store, "select derived_seq from progress") == [{"derived_seq": 5}]


def test_given_tables_live_as_long_as_their_statement(store):
    given = {"wanted": pa.table({"a": [1, 2]})}
    assert store.run(Query("q", "select sum(a) as a from wanted"), tables=given)["a"].to_pylist() == [3]
    with pytest.raises(QueryFailed, match="wanted"):
        asked(store, "select * from wanted")


HOSTILE = ("'; drop table batches; --", "$tenant", "\x00", "\\", "%", '"', "' or 1=1 --", "🜚" * 1_000, "\ufffd")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_value_is_never_part_of_the_statement(store, text):
    assert asked(store, "select $text as text", text=text) == [{"text": text}]
    assert numbers(store) == []


def test_a_missing_or_surplus_parameter_is_named(store):
    with pytest.raises(QueryFailed, match=r"query 'asked' failed.*wanted"):
        asked(store, "select $wanted")
    with pytest.raises(QueryFailed, match="surplus"):
        asked(store, "select $wanted", wanted=1, surplus=2)


def test_a_question_that_takes_too_long_is_interrupted_and_the_store_goes_on():
    store = DuckDBStore(None, StoreSettings(query_timeout_s=0.2))
    begun = time.perf_counter()
    with pytest.raises(QueryFailed, match=r"(?i)interrupt"):
        asked(store, "select count(*) from range(1000000000) a, range(1000) b where (a.range + b.range) % 7 = 1")
    assert time.perf_counter() - begun < 5
    assert asked(store, "select 1 as one") == [{"one": 1}]


def test_answers_have_types_that_arrow_computes_with(store):
    sql = """select true as flag, null::boolean as unsaid, sum(9223372036854775807::bigint * 2::hugeint) as total,
        -5::hugeint as below, 1.5::decimal(38, 15) as cost, '{"a": 1}'::json as text from range(2)"""
    answer = store.run(Query("types", sql))
    assert answer.to_pylist() == [
        {
            "flag": True,
            "unsaid": None,
            "total": Decimal(2 * 2 * 9_223_372_036_854_775_807),
            "below": Decimal(-5),
            "cost": Decimal("1.5"),
            "text": '{"a": 1}',
        }
    ]
    assert answer["flag"].type == pa.bool_()
    assert plain_types(answer).schema == answer.schema


def test_sums_of_many_rows_keep_their_order_and_their_nulls(store):
    answer = store.run(Query("sums", "select nullif(range, 3)::hugeint as n from range(5000) order by range"))
    assert answer["n"].to_pylist() == [None if i == 3 else Decimal(i) for i in range(5_000)]


def test_health_is_a_real_read_and_a_real_write(store):
    health = store.health()
    assert (health.readable, health.writable, health.ready, health.detail) == (True, True, True, "ok")
    assert health.free_bytes > 0
    store.close()
    closed = store.health()
    assert (closed.readable, closed.writable, closed.ready) == (False, False, False)


def test_below_the_floor_of_free_space_the_store_says_so(tmp_path):
    store = DuckDBStore(tmp_path, StoreSettings(free_disk_floor_mb=2**40))
    assert store.below_floor
    assert not DuckDBStore(None, StoreSettings(free_disk_floor_mb=2**40)).below_floor
    store.close()


def test_a_closed_store_answers_with_its_own_errors_and_stays_closed(tmp_path):
    store = DuckDBStore(tmp_path)
    store.close()
    with pytest.raises(QueryFailed):
        asked(store, "select 1")
    with pytest.raises(StoreUnavailable, match="closed"):
        store.append(group(1))
    with pytest.raises(StoreUnavailable, match="closed"):
        store.change([step("update progress set derived_seq = 1")])
    assert not store.health().ready


def test_a_large_answer_comes_in_batches_and_plain_types():
    store = DuckDBStore(None)
    numbers = Query("numbers", "select i, i::hugeint as sum, i % 2 = 0 as even from range($until) t(i)")
    batches = list(store.stream(numbers, {"until": 200_000}))
    assert len(batches) > 1
    answer = pa.Table.from_batches(batches)
    assert answer["i"].to_pylist() == list(range(200_000))
    assert answer.schema.types == [pa.int64(), pa.decimal128(38, 0), pa.bool_()]


def test_a_large_answer_that_fails_on_the_way_says_so():
    store = DuckDBStore(None)
    broken = Query("broken", "select case when i = 190000 then error('here') end as word from range(200000) t(i)")
    with pytest.raises(QueryFailed, match=r"broken.*here"):
        list(store.stream(broken))


def test_what_a_caller_waits_for_does_not_wait_for_a_derivation(tmp_path):
    store = DuckDBStore(tmp_path)
    slow = Query(
        "slow",
        "insert into rule_sets select uuid(), make_timestamp_ns(0), sum(i)::varchar from range(30000000) t(i)",
    )
    done = []
    derivation = threading.Thread(target=lambda: (store.change([Step(slow)]), done.append("derivation")))
    derivation.start()
    time.sleep(0.02)
    store.change([Step(Query("quick", "delete from reservation_events"))], lane=Lane.ASKED)
    done.append("caller")
    derivation.join()
    store.close()
    assert done == ["caller", "derivation"]
