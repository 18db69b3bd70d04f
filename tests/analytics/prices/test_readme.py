"""What the README counts is what is there, and what it configures can be configured."""

import csv
import re
from collections import Counter
from pathlib import Path

from analytics.prices import PriceBook
from analytics.prices.lists import DATA
from analytics.prices.standing import configured, standing_book

TEXT = (Path(DATA).parent / "README.md").read_text(encoding="utf-8")


def test_the_table_of_what_is_left_out_is_the_file():
    counted = Counter()
    with (DATA / "left_out.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            counted[row["reason"], row["source"].partition(" ")[0]] += int(row["times"])
    rows = re.findall(r"^\| (\w+) \| (\d*) ?\| (\d*) ?\|", TEXT, re.MULTILINE)
    assert len(rows) == 8
    for reason, genai, litellm in rows:
        assert (int(genai or 0), int(litellm or 0)) == (counted[reason, "genai-prices"], counted[reason, "litellm"])


def test_the_counts_of_prices_are_those_of_the_book():
    lists = PriceBook.load().lists
    files = (lists.curated, lists.genai.file, lists.litellm.file)
    prices = [list(file.all_prices()) for file in files]
    said = [int(number.replace(",", "")) for number in re.findall(r"([\d,]+) prices(?: of|,|$| \|)", TEXT)]
    assert [len(found) for found in prices] == [said[0], said[1], said[2]]
    confidences = Counter(str(price.confidence) for found in prices for price in found)
    told = dict(re.findall(r"`(\w+)` \(([\d,]+)\)", TEXT))
    assert {name: int(count.replace(",", "")) for name, count in told.items()} == confidences


def test_the_configuration_it_shows_makes_a_book(tmp_path):
    (shown,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    path = tmp_path / "burnline.yaml"
    path.write_text(shown, encoding="utf-8")
    book = standing_book(*configured(path))
    assert len(book.stated) == 4  # two figures, and a discount whose hours run over midnight
    assert book.aliases[0].target == "gpt-4o-2024-08-06"
