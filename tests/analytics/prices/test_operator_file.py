"""A price file is taken as a whole or not at all, and a mistake is told with file, line, column and remedy."""

from datetime import date
from decimal import Decimal

import pytest

from analytics.prices import Discount, Price
from analytics.prices.operator_file import OperatorFileError, read_operator_file
from analytics.prices.standing import imported_rows, keep_rows
from analytics.prices.windows import words

TODAY = date(2026, 11, 21)
HEAD = "provider,model,usage_class,usd_per_million,discount,hours,effective_from\n"
GOOD = HEAD + "acme,llama,output,0.80,,,2026-01-01\nopenai,*,,,0.12,22:00-06:00,\n"


def read(tmp_path, text, name="contract.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_operator_file(path, TODAY)


def problems(tmp_path, text, name="contract.csv"):
    with pytest.raises(OperatorFileError) as refused:
        read(tmp_path, text, name)
    return [(one.origin, one.line, one.key, one.found) for one in refused.value.problems]


def test_a_csv_gives_prices_and_discounts(tmp_path):
    price, morning, evening = sorted(read(tmp_path, GOOD), key=lambda row: (row.provider, row.when.tod_start_s or 0))
    assert isinstance(price, Price)
    assert (price.unit_price_usd, price.source) == (Decimal("0.0000008"), "contract.csv")
    assert [(row.ratio, words(row.when)) for row in (morning, evening) if isinstance(row, Discount)] == [
        (Decimal("0.12"), "00:00-06:00 UTC"),
        (Decimal("0.12"), "22:00-24:00 UTC"),
    ]


def test_yaml_gives_what_the_configuration_would(tmp_path):
    text = "prices:\n- model: llama\n  provider: acme\n  usd_each: {images: '0.01'}\n  weekdays: sat+sun\n"
    (row,) = read(tmp_path, text, "contract.yaml")
    assert (row.unit_price_usd, words(row.when)) == (Decimal("0.01"), "sat-sun")


@pytest.mark.parametrize(
    ("line", "column", "said"),
    [
        ("acme,llama,outptu,0.80,,,", "usd_per_million", "unknown usage class 'outptu'"),
        ("acme,llama,output,cheap,,,", "usd_per_million", "usd_per_million.output is 'cheap'"),
        ("acme,llama,output,-1,,,", "usd_per_million", "usd_per_million.output is '-1'"),
        ("acme,llama,output,0.80,,,soon", "effective_from", "effective_from is 'soon'"),
        ("acme,llama,output,0.80,,25:00-01:00,", "hours", "hours is '25:00-01:00'"),
        ("acme,llama,,,12%,,", "discount", "discount is '12%'"),
        ("acme,llama,output,1,0.1,,", "discount", "discount is '0.1'"),
        ("acme,,output,0.80,,,", "model", "model is None"),
        ("acme,llama,output,,,,", "usd_per_million", "no price"),
        ("acme,llama,output", "", "3 cells"),
        ("acme,*,output,1,,,", "model", "model is '*'"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_column(tmp_path, line, column, said):
    assert problems(tmp_path, f"{GOOD}{line}\n") == [("contract.csv", 4, column, said)]


def test_every_mistake_is_told_at_once(tmp_path):
    text = HEAD + "acme,llama,outptu,1,,,\nacme,llama,output,cheap,,,\n"
    assert [line for _, line, _, _ in problems(tmp_path, text)] == [2, 3]


def test_unknown_and_repeated_columns_are_refused(tmp_path):
    assert problems(tmp_path, "provider,modle,model,model\n") == [
        ("contract.csv", 1, "modle", "unknown column 'modle'"),
        ("contract.csv", 1, "model", "column 'model' twice"),
    ]


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("", "contract.csv", "no column 'model'"),
        (HEAD, "contract.csv", "no prices"),
        (b"provider,model\nacme,\xff\n", "contract.csv", "can't decode byte 0xff"),
        ("x", "contract.xlsx", "a name that ends in '.xlsx'"),
        ("a: [", "contract.yaml", "expected the node content"),
        ("prices: 3", "contract.yaml", "no list"),
        ("- 3", "contract.yaml", "no entry"),
        ("- model: m\n  usd_per_million: {output: 0.8}\n", "contract.yaml", "usd_per_million.output is 0.8"),
    ],
)
def test_what_is_no_price_file_is_refused(tmp_path, text, name, said):
    ((origin, _, _, found),) = problems(tmp_path, text, name)
    assert origin.endswith(name)
    assert said in found


def test_what_was_taken_over_reads_back_the_same(tmp_path):
    rows = read(tmp_path, GOOD)
    keep_rows(tmp_path / "data", "contract.csv", rows, TODAY)
    assert set(imported_rows(tmp_path / "data")) == set(rows)
    assert imported_rows(tmp_path / "data", without="contract.csv") == ()
    assert imported_rows(tmp_path / "nowhere") == ()


@pytest.mark.parametrize(
    "figure", ["1_000", "\u0661", "+1", "1,000", "$1", "0.60000000000000000000000000000000001", "1e400", "0x1", ""]
)
def test_a_figure_is_digits_and_every_one_of_them_counts(tmp_path, figure):
    text = f'- {{provider: acme, model: m, usd_per_million: {{output: "{figure}"}}}}\n'
    assert problems(tmp_path, text, "contract.yaml") == [
        ("contract.yaml", 1, "usd_per_million", f"usd_per_million.output is {figure!r}")
    ]


@pytest.mark.parametrize("above", ["\u00b2", "\u0663", "1.5", "many"])
def test_a_context_that_is_no_number_is_refused_where_it_stands(tmp_path, above):
    text = f"model,usage_class,usd_each,context_above\nm,images,1,{above}\n"
    assert problems(tmp_path, text) == [("contract.csv", 2, "context_above", f"context_above is {above!r}")]


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("- {model: m, usd_each: [1]}", "usd_each", "usd_each is [1]"),
        ("- {model: m, usd_each: {images: 1}, usd_each: {images: 2}}", "usd_each", "key 'usd_each' twice"),
        ("- {model: m, discount: '0.1', usage_classes: 5}", "usage_classes", "usage_classes is 5"),
        ("- {model: m, region: [eu], usd_each: {images: 1}}", "region", "region is ['eu']"),
        ('- {model: "a\0b", usd_each: {images: 1}}', "", "unacceptable character #x0000: special characters are not "),
        ("- {model: !!python/name:os.system x}", "", "could not determine a constructor for the tag "),
        (f"- {'[' * 5_000}", "", "maximum recursion depth exceeded"),
        ("- {model: m, ? [1]: 2}", "", ""),
    ],
)
def test_yaml_that_holds_no_entries_is_refused_and_never_a_crash(tmp_path, text, key, said):
    [(origin, _, at, found)] = problems(tmp_path, text, "contract.yaml")
    assert (origin, found.startswith(said)) == ("contract.yaml", True)
    assert not key or at == key
