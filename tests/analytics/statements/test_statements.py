"""Statements: figures that add up in whole cents, and pages that nothing in a name can break."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.focus.export import export
from analytics.ledger.charge import Entry
from analytics.statements.cents import apportioned
from analytics.statements.statement import ENTRIES, Statement, Table
from analytics.statements.write import INDEX, StatementError, Statements, file_names, write_statements
from tests.analytics.focus.charged import CLOSED, OPEN, TERMS, amount, batches, charge, correction, month, share

VOID = {"meta", "line", "rect"}
HOSTILE = '<script>alert("1")</script>&\'"'


class Page(HTMLParser):
    """Every element is closed by its own end; remembers tags, attributes and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.ids: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def written(folder: Path, *charges: dict[str, object], period: object = CLOSED) -> Statements:
    said = {"terms": TERMS, "period_info": period}
    manifest = export(batches(charges), "focus-1.4", folder / "export", **said)
    return write_statements(batches(charges), folder / "statements", manifest=manifest, **said)


def page_of(folder: Path, file: str = "CC-1.html") -> Page:
    return Page((folder / "statements" / file).read_text(encoding="utf-8"))


def tables(statement: Statement) -> Iterator[Table]:
    yield statement.composition
    yield from statement.usage
    yield from (each for each in (statement.corrections, statement.shared, statement.adjustments) if each is not None)


def test_there_is_a_page_per_cost_centre_and_an_index(tmp_path: Path):
    found = written(tmp_path, *month())
    assert found.files == (INDEX, "CC-1.html", "CC-2.html", "unallocated.html")
    assert {path.name for path in found.folder.iterdir()} == {*found.files, "manifest.json"}


def test_the_pages_show_together_what_the_export_sums_to(tmp_path: Path):
    found = written(tmp_path, *month())
    billed = 13 * 20 + (3 + 3 + 1) + (6 - 3) + (6 + 3 + 1) - Decimal("0.12")
    assert found.total == sum(each.total for each in found.statements) == billed
    assert "USD 279.88" in page_of(tmp_path, INDEX).text


def test_lines_of_every_table_add_up_to_its_total(tmp_path: Path):
    for statement in written(tmp_path, *month()).statements:
        for table in tables(statement):
            assert sum(shown for _, shown in table.lines) == table.total, table.title
        assert statement.composition.total == statement.total


@given(st.lists(st.decimals(-50, 50, places=4), min_size=1, max_size=9), st.sampled_from([ROUND_FLOOR, ROUND_CEILING]))
def test_cents_add_up_and_no_line_is_off_by_a_whole_cent(exact: list[Decimal], way: str):
    total = sum(exact).quantize(Decimal("0.01"), way)
    shown = apportioned(exact, total)
    assert sum(shown) == total
    assert all(abs(cents - amount) < Decimal("0.01") for cents, amount in zip(shown, exact, strict=True))


def test_a_total_the_lines_cannot_have_is_refused():
    with pytest.raises(ValueError, match="cannot be shown as 5"):
        apportioned([Decimal("0.10")], Decimal(5))


def test_thirds_of_a_cent_are_shown_in_cents_that_add_up(tmp_path: Path):
    thirds = [charge(team=team, units=1, unit_price="0.003333333333333") for team in "abc"]
    (statement,) = written(tmp_path, *thirds).statements
    assert [shown for _, shown in statement.usage[0].lines] == [Decimal("0.01"), 0, 0]
    assert statement.exact_total == Decimal("0.009999999999999")
    assert "USD 0.009999999999999" in page_of(tmp_path).text


def test_every_day_of_the_month_is_there_with_what_it_cost(tmp_path: Path):
    (statement,) = written(tmp_path, charge(day=2, units=1_000_000), charge(day=31, units=2_000_000)).statements
    assert len(statement.days) == 31
    assert {day.day: cost for day, cost in statement.days if cost} == {2: 3, 31: 6}


def test_the_header_says_whose_it_is_and_of_which_export(tmp_path: Path):
    written(tmp_path, charge())
    text = page_of(tmp_path).text
    for said in ("CC-1, Support", "Ada", "6400", "PO-77", "October 2026", "CLOSED", "2026-10/CC-1"):
        assert said in text
    assert re.search("sha256 [0-9a-f]{64}", text)


def test_an_open_month_says_that_it_may_change(tmp_path: Path):
    written(tmp_path, charge(), period=OPEN)
    assert "figures may still change" in page_of(tmp_path).text


def test_what_nobody_claimed_says_so_and_who_answers(tmp_path: Path):
    written(tmp_path, charge(cost_center=None))
    text = page_of(tmp_path, "unallocated.html").text
    assert "Nobody said which cost centre" in text
    assert "platform" in text


def test_corrections_stand_apart_by_month(tmp_path: Path):
    charges = (correction("reversal", -1_000_000, "-3"), correction("restatement", 2_000_000, "6"))
    (statement,) = written(tmp_path, *charges).statements
    assert statement.corrections is not None
    assert statement.corrections.lines == ((("2026-09", "stated again"), 6), (("2026-09", "taken back"), -3))
    assert statement.usage == ()


def test_shared_costs_come_with_their_rule(tmp_path: Path):
    (statement,) = written(tmp_path, share("6.00", "0.6"), share("1.00", "0.4", "unused")).statements
    assert statement.shared is not None
    assert statement.shared.lines == (
        (("vector database", "by usage (tokens), among teams", "share"), 6),
        (("vector database", "by usage (tokens), among teams", "not used, answered for"), 1),
    )


def test_usage_without_a_price_is_said_in_words_and_is_not_free(tmp_path: Path):
    charges = (charge(), charge(model="mystery", unit_price=None, reason="unknown_model", units=7_000))
    (statement,) = written(tmp_path, *charges).statements
    assert [(one.model, one.quantity, one.reason) for one in statement.unpriced] == [
        ("mystery", "7,000 tokens", "unknown model")
    ]
    assert "It is not free" in page_of(tmp_path).text


def test_a_cost_centre_with_nothing_but_unpriced_usage_has_a_page(tmp_path: Path):
    (statement,) = written(tmp_path, charge(model="mystery", unit_price=None, reason="unknown_model")).statements
    assert (statement.total, len(statement.unpriced)) == (0, 1)


def test_amortised_usage_says_where_its_cost_is(tmp_path: Path):
    written(tmp_path, charge(seller=None, model="llama", unit_price=None, status="amortised"))
    assert "llama (its cost is in the shared costs)" in page_of(tmp_path).text


@pytest.mark.parametrize("word", ["model", "team", "feature", "shared_cost", "description", "cost_center"])
def test_a_hostile_name_is_text_and_nothing_else(word: str, tmp_path: Path):
    one = share("1", "1") if word == "shared_cost" else amount("adjustment", "1") if word == "description" else charge()
    found = written(tmp_path, {**one, word: HOSTILE})
    for file in found.files:
        page = page_of(tmp_path, file)
        assert "script" not in page.tags
        assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert HOSTILE in page.text


def test_pages_need_nothing_from_outside(tmp_path: Path):
    for file in written(tmp_path, *month()).files:
        page = page_of(tmp_path, file)
        assert not {"script", "img", "link", "iframe", "object", "form"} & set(page.tags)
        links = [value for name, value in page.attributes if name in {"src", "href"}]
        assert all(re.fullmatch(r"[A-Za-z0-9_-]+\.html", str(link)) for link in links)
        assert dict(page.attributes)["http-equiv"] == "Content-Security-Policy"


def test_charts_can_be_read_aloud_and_stand_beside_a_table(tmp_path: Path):
    written(tmp_path, charge())
    page = page_of(tmp_path)
    labels = [value for name, value in page.attributes if name == "aria-labelledby"]
    assert labels == ["days-title days-desc", "models-title models-desc"]
    assert set(" ".join(map(str, labels)).split()) <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert page.tags.count("caption") == page.tags.count("table")


def test_names_of_cost_centres_cannot_leave_the_folder_or_collide():
    names = file_names(["../../etc/passwd", "CC-1", "cc-1", "index", "", "a/b", "a b", "CC-2"])
    assert len({file.lower() for file in names.values()}) == len(names)
    assert not [file for file in names.values() if not re.fullmatch(r"[A-Za-z0-9_-]+\.html", file)]
    assert names["CC-2"] == "CC-2.html"
    assert names["index"] != INDEX


def test_the_same_charges_give_the_same_pages(tmp_path: Path):
    charges = month()
    one, other = written(tmp_path / "one", *charges), written(tmp_path / "other", *reversed(charges))
    for file in one.files:
        assert (one.folder / file).read_bytes() == (other.folder / file).read_bytes()


def test_statements_of_other_charges_than_the_exports_are_refused(tmp_path: Path):
    said = {"terms": TERMS, "period_info": CLOSED}
    manifest = export(batches([charge()]), "focus-1.4", tmp_path / "export", **said)
    with pytest.raises(StatementError, match="expected the charges of that export"):
        write_statements(batches([charge(), charge()]), tmp_path / "statements", manifest=manifest, **said)
    assert not (tmp_path / "statements").exists()


def test_every_entry_has_a_line_of_the_total():
    assert set(ENTRIES) == set(Entry)


def test_a_month_without_charges_has_an_index(tmp_path: Path):
    assert written(tmp_path, period=replace(OPEN)).files == (INDEX,)
    assert "USD 0.00" in page_of(tmp_path, INDEX).text
