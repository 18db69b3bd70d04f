"""Verifying: whatever is changed in the books of a closed month is found, and located as far as it can be."""

import json
from datetime import date
from shutil import copytree

import pytest

from analytics.ledger.errors import NoSuchPeriod
from analytics.ledger.verify import Fault, verify
from collector.store import DuckDBStore
from tests.analytics.ledger.books import (
    DECEMBER,
    NOVEMBER,
    OCTOBER,
    Used,
    become,
    close_on_time,
    ledger,
    told,
)

LINES = [Used(trace=i, on=date(2026, 10, 1 + i % 5), quantity=i * 7, team=f"t{i % 2}") for i in range(1, 30)]


@pytest.fixture(scope="module")
def signed(tmp_path_factory):
    """A folder with the books of a closed month; each test has a copy."""
    folder = tmp_path_factory.mktemp("signed")
    store = ledger(*LINES, directory=folder)
    close_on_time(store, OCTOBER)
    store.close()
    return folder


@pytest.fixture
def closed(signed, tmp_path):
    store = DuckDBStore(copytree(signed, tmp_path / "books"))
    yield store
    store.close()


def faults(store, period=OCTOBER):
    found = {}
    for one in verify(store, period).findings:
        found.setdefault(one.fault, []).append(one)
    return found


def test_books_that_nobody_touched_are_sound(closed):
    verdict = verify(closed, OCTOBER)
    assert (verdict.sound, verdict.findings) == (True, ())


def test_only_a_closed_month_can_be_verified(closed):
    with pytest.raises(NoSuchPeriod, match="2026-11 is not closed"):
        verify(closed, NOVEMBER)


def test_one_digit_of_one_booked_cost_is_found_to_its_line(closed):
    told(closed, "update booked_lines set cost_usd = cost_usd + 0.000000000000001 where span_id = 2 and quantity = 49")
    found = faults(closed)
    assert [one.where for one in found[Fault.LINES]] == ["2026-10-03"]
    assert [one.where for one in found[Fault.LINE]] == [f"trace {7:032x} span {2:016x} input_uncached"]
    assert "0.000122500000001" in found[Fault.LINE][0].found
    assert "cost 0.000122500000000" in found[Fault.LINE][0].expected
    assert len(found[Fault.CHARGE]) == 1


def test_a_changed_quantity_with_a_cost_to_match_is_found_by_the_ledger(closed):
    told(
        closed,
        "update booked_lines set quantity = 490, cost_usd = 0.001225, list_cost_usd = 0.001225 where quantity = 49",
    )
    (line,) = faults(closed)[Fault.LINE]
    assert line.where == f"trace {7:032x} span {2:016x} input_uncached"
    assert (line.expected.split(" at ")[0], line.found.split(" at ")[0]) == ("49", "490")


def test_a_line_given_to_somebody_else_is_found(closed):
    told(
        closed,
        "update booked_lines set attribution_id = (select min(attribution_id) from attributions "
        "where attribution_id <> booked_lines.attribution_id) where quantity = 49",
    )
    (line,) = faults(closed)[Fault.LINE]
    assert line.where.startswith(f"trace {7:032x}")
    assert line.expected != line.found


def test_a_line_that_was_taken_out_or_put_in_is_found(closed):
    told(closed, "delete from booked_lines where quantity = 49")
    assert faults(closed)[Fault.LINES][0].expected == "29 lines"
    told(closed, "insert into booked_lines select * from booked_lines where quantity = 56")
    assert {one.where for one in faults(closed)[Fault.LINES]} == {"2026-10-03", "2026-10-04"}


@pytest.mark.parametrize(
    "change",
    [
        "update booked_charges set cost_usd = cost_usd + 0.01 where entry = 'usage' and team = 't1'",
        "update booked_charges set team = 'another' where entry = 'usage' and team = 't1'",
        "delete from booked_charges where entry = 'rounding'",
    ],
)
def test_a_changed_charge_is_found(closed, change):
    told(closed, change)
    found = faults(closed)
    assert Fault.CHARGES in found
    assert Fault.LINES not in found


def test_a_changed_price_of_a_rate_is_found_by_the_charges(closed):
    told(closed, "update rates set unit_price_usd = 0.000003")
    assert Fault.CHARGE in faults(closed)


def test_a_changed_manifest_is_found(closed):
    told(closed, "update periods set manifest = replace(manifest, '0.00', '0.01')")
    assert [one.where for one in faults(closed)[Fault.MANIFEST]] == ["2026-10"]


def test_an_exchanged_month_breaks_the_chain_after_it(closed):
    close_on_time(closed, NOVEMBER)
    told(closed, "update periods set manifest = replace(manifest, 'acme', 'amce') where period_start = '2026-10-01'")
    told(closed, "update periods set sha256 = sha256(manifest) where period_start = '2026-10-01'")
    assert [one.where for one in faults(closed, NOVEMBER)[Fault.CHAIN]] == ["2026-11"]


def test_later_knowledge_is_no_fault(closed):
    become(closed, LINES[3], LINES[3].costing("0.5"))
    assert verify(closed, OCTOBER).sound
    close_on_time(closed, NOVEMBER)
    assert verify(closed, OCTOBER).sound
    assert verify(closed, NOVEMBER).sound


def test_the_digest_of_a_day_is_what_a_shell_says_of_its_lines(closed, tmp_path):
    from subprocess import run  # noqa: PLC0415 - of this test alone

    from analytics.ledger.months import day_bounds  # noqa: PLC0415 - the same
    from analytics.ledger.periods import sign_off_of  # noqa: PLC0415 - the same
    from collector.store import queries_of  # noqa: PLC0415 - the same

    asked = {"period_start": OCTOBER, **day_bounds(date(2026, 10, 3))}
    texts = closed.run(queries_of("analytics.ledger")["line_texts"], asked)["line"].to_pylist()
    path = tmp_path / "lines"
    path.write_text("".join(reversed(texts)))
    said = run(f"LC_ALL=C sort {path} | sha256sum", shell=True, capture_output=True, text=True, check=True)  # noqa: S602
    assert said.stdout.split()[0] == json.loads(sign_off_of(closed, OCTOBER).manifest)["lines"]["days"]["2026-10-03"]


def test_corrections_are_verified_like_usage(closed):
    become(closed, LINES[3], LINES[3].costing("0.5"))
    close_on_time(closed, NOVEMBER)
    told(closed, "update booked_lines set cost_usd = cost_usd - 1 where entry = 'restatement'")
    found = faults(closed, NOVEMBER)
    assert found[Fault.LINE][0].where.startswith(f"trace {4:032x}")
    assert verify(closed, OCTOBER).sound
    close_on_time(closed, DECEMBER)
