"""Every query of every package is explained at its top and binds against the schema, without being run.

The stand-ins for the tables a query is given are made from what its header says of them, so a header that lies fails.
"""

import re
from datetime import date
from fnmatch import fnmatch
from importlib.resources import files
from itertools import takewhile

import pytest

from analytics.slo.composing import composed
from collector.store import DuckDBStore, Query, StoreUnavailable, queries_of
from tests.collector.store.rows import step

PACKAGES = (
    "collector.store",
    "analytics",
    "analytics.allocation",
    "analytics.changes",
    "analytics.contributors",
    "analytics.drift",
    "analytics.evaluation",
    "analytics.experiments",
    "analytics.findings",
    "analytics.ledger",
    "analytics.outcomes",
    "analytics.prices",
    "analytics.recommendations",
    "analytics.reconciliation",
    "analytics.retrieval",
    "analytics.runs",
    "analytics.slo",
    "analytics.slo.rules",
    "analytics.slo.documents",
    "analytics.spending",
    "alerts",
    "alerts.delivery",
    "alerts.effects",
    "alerts.replay",
    "dashboards.trace_apis",
)
QUERIES = [query for package in PACKAGES for query in queries_of(package).values()] + list(composed().values())
BY_NAME = {query.name: query for query in QUERIES}
_GIVEN = re.compile(r"\b(\w+) table ?\(((?:[^()]|\(\d+, ?\d+\))*)\)")
_SHAPED = re.compile(r"\b(\w+) table shaped like (?:the table )?(\w+)(?:, with (\w+))?")
_SAME = re.compile(r"\b(\w+) as for (\w+)")
_PARAMETER = re.compile(r"\$([a-z_*]+)")
_RANGE = re.compile(r"\$(\w+?)_\w+ \.\.\. \$\1_\w+")
_IN_WORDS = {
    "facts": "select * exclude (cost_status, cost_usd), 1::bigint as trace, 1::bigint as unpaid_calls from requests"
}
"""Tables that a header describes in words only."""


def header(text: str) -> str:
    """The comment at the top as one line."""
    lines = list(takewhile(lambda line: line.startswith("--"), text.splitlines()))
    return " ".join(" ".join(line[2:] for line in lines).split())


def columns(description: str) -> str:
    """``a, b bigint`` means that both are of that type."""
    found, kind = [], "varchar"
    for part in reversed(re.split(r",\s*(?![^(]*\))", description)):
        name, _, own = part.partition(" ")
        kind = own or kind
        found.append(f'"{name}" {kind}')
    return ", ".join(reversed(found))


def stand_ins(query: Query) -> list[str]:
    top = header(query.text)
    given = dict(_GIVEN.findall(top))
    given |= {name: dict(_GIVEN.findall(header(BY_NAME[other].text)))[name] for name, other in _SAME.findall(top)}
    typed = [f'create temp table "{name}" ({columns(told)})' for name, told in given.items()]
    shaped = {
        name: f"select *{f', 1::bigint as {extra}' if extra else ''} from {base}"  # noqa: S608 - words of our own files
        for name, base, extra in _SHAPED.findall(top)
    }
    shaped |= {name: sql for name, sql in _IN_WORDS.items() if f"{name} table:" in top}
    return typed + [f'create temp table "{name}" as {sql}' for name, sql in shaped.items()]


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_the_header_explains_the_query_and_names_every_parameter(query):
    top = header(query.text)
    assert len(top.split()) > 5
    told = set(_PARAMETER.findall(_RANGE.sub(r"$\1_*", top)))
    asked = set(_PARAMETER.findall(re.sub("--.*", "", query.text)))
    assert {name for name in asked if not any(fnmatch(name, word) for word in told)} == set()
    assert {word for word in told if not any(fnmatch(name, word) for name in asked)} == set()


@pytest.fixture(scope="module")
def store():
    """One for all queries: stand-ins and what is prepared go with the connection that a change has to itself."""
    return DuckDBStore(None)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_the_query_binds_against_the_schema(store, query):
    steps = [*stand_ins(query), f"prepare asked as {query.text}"]
    store.change([step(sql) for sql in steps])


def test_a_misspelt_column_does_not_bind(store):
    with pytest.raises(StoreUnavailable, match="batch_sek"):
        store.change([step("prepare asked as select batch_sek from batches")])


def test_a_stand_in_is_gone_with_its_query(store):
    store.change([step("create temp table fresh (a integer)"), step("prepare asked as select a from fresh")])
    with pytest.raises(StoreUnavailable, match="fresh"):
        store.change([step("prepare asked as select a from fresh")])


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_time_is_told_to_a_query_never_asked_by_it(query):
    assert not re.search(r"\b(now\(\)|current_timestamp|current_date|today\(\))", query.text.lower())


def nanosecond_columns():
    """Names that stand for a timestamp_ns in every table that has them."""
    store = DuckDBStore(None)
    asked = Query(
        "columns", "select column_name, bool_and(data_type = 'TIMESTAMP_NS') as ns from duckdb_columns() group by 1"
    )
    return [row["column_name"] for row in store.run(asked).to_pylist() if row["ns"]]


_NS = r"(?:\w+\.)?(?:{})\b".format("|".join(nanosecond_columns()))
_ROUNDED = re.compile(
    rf"\b{_NS}\s*::\s*(?:date|timestamp)\b|\bcast\(\s*{_NS} as|\bextract\(\w+ from {_NS}"
    rf"|\b(?:date_trunc|date_part|time_bucket)\([^,]+,\s*{_NS}|\b(?:epoch|epoch_ms|epoch_us|hour|dayofweek)\({_NS}"
)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_no_query_rounds_nanoseconds_which_would_move_the_end_of_a_day_to_the_next(query):
    assert _ROUNDED.findall(query.text) == []


@pytest.mark.parametrize("sql", ["l.started_at::date", "date_trunc('day', ended_at)", "extract(hour from started_at)"])
def test_what_rounds_nanoseconds_is_recognised(sql):
    assert _ROUNDED.search(sql)


def test_the_last_nanosecond_of_a_day_is_of_that_day():
    asked = Query("day", "select whole_us(timestamp_ns '2026-11-30 23:59:59.999999999')::date as day")
    assert DuckDBStore(None).run(asked).to_pylist() == [{"day": date(2026, 11, 30)}]


def test_no_query_file_is_left_out():
    known = {query.name for query in QUERIES}
    roots = [files(package) for package in ("collector", "analytics", "alerts", "dashboards")]
    found = {
        path.stem for root in roots for path in root.rglob("*.sql") if path.parent.name not in ("migrations", "parts")
    }
    assert found == known
