"""The columns of FOCUS 1.2 and 1.4: the one table of them, read by the export, by the checker and by the documentation.

One line of ``data/columns.csv`` is one column of one dataset. Its ``source`` says which text it was read from; what was
read from a draft, before or after ratification, says so (``is_draft``). ``data/service_subcategories.csv`` gives each
subcategory its one category, and ``data/currencies.txt`` the currencies that a bill can be in.

>>> len(columns(Dataset.COST_AND_USAGE, Version.V1_2)), len(columns(Dataset.COST_AND_USAGE, Version.V1_4))
(57, 65)
>>> column(Dataset.COST_AND_USAGE, "ChargeClass").allowed
('Correction',)
>>> service_subcategories()["Generative AI"]
'AI and Machine Learning'
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType

CUSTOM_PREFIX = "x_"
"""Names of columns that the specification does not know begin with this."""


class Dataset(StrEnum):
    """A table of the specification, by its id."""

    COST_AND_USAGE = "CostAndUsage"
    BILLING_PERIOD = "BillingPeriod"
    INVOICE_DETAIL = "InvoiceDetail"


class Version(StrEnum):
    """A version of the specification that Burnline writes."""

    V1_2 = "1.2"
    V1_4 = "1.4"


class Level(StrEnum):
    """How much the specification insists on a column."""

    MANDATORY = "Mandatory"
    CONDITIONAL = "Conditional"
    RECOMMENDED = "Recommended"


class Kind(StrEnum):
    """Data type of a column."""

    STRING = "String"
    DECIMAL = "Decimal"
    DATE_TIME = "Date/Time"
    JSON = "JSON"


class Form(StrEnum):
    """How the text of a value must look."""

    TEXT = "text"
    """Any text that is not empty."""
    NUMBER = "number"
    """``-12.5``: no sign for what is positive, no separators; exponents are allowed."""
    UTC_INSTANT = "UTC instant"
    """``2026-10-04T00:00:00Z``."""
    KEY_VALUE = "key-value"
    """A JSON object whose values are text, numbers, booleans or null."""
    JSON_OBJECT = "JSON object"
    """A JSON object of any depth; keys are unique."""
    UNIT = "unit"
    """``Tokens``, ``1000000 Tokens``, ``GB-Hours``, ``GB/Hour``, ``Units/3 Months``."""
    ISO_4217 = "ISO 4217"
    """``USD``."""
    CURRENCY_OR_CREDITS = "currency or credits"
    """``USD``, or the name of a virtual currency."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of one dataset."""

    dataset: Dataset
    name: str
    introduced: str
    """Version that brought it, such as ``0.5`` or ``1.0-preview``."""
    removed: str | None
    """Version that no longer has it."""
    level: Level
    condition: str
    """What a provider must support for a conditional column to be required; "" where nothing is asked for."""
    nullable: bool
    kind: Kind
    form: Form
    allowed: tuple[str, ...]
    """The closed list of values; () where any value of the form will do."""
    meaning: str
    source: str

    @property
    def is_draft(self) -> bool:
        """Whether the line was read from a text that was not the ratified one."""
        return self.source.startswith("draft")

    def belongs_to(self, version: Version) -> bool:
        """Whether that version has the column.

        >>> column(Dataset.COST_AND_USAGE, "ProviderName").belongs_to(Version.V1_4)
        False
        """
        gone = self.removed is not None and _ordered(self.removed) <= _ordered(version)
        return _ordered(self.introduced) <= _ordered(version) and not gone


@cache
def columns(dataset: Dataset, version: Version) -> tuple[Column, ...]:
    """The columns of a dataset in a version, by name; () where the version does not know the dataset."""
    return tuple(each for each in all_columns() if each.dataset is dataset and each.belongs_to(version))


def column(dataset: Dataset, name: str) -> Column:
    """One column of any version; KeyError where no version has it."""
    return _by_name()[dataset, name]


@cache
def all_columns() -> tuple[Column, ...]:
    """Every line of the table: by dataset, then by name."""
    return tuple(_column(line) for line in csv.DictReader(_lines("columns.csv")))


@cache
def service_subcategories() -> Mapping[str, str]:
    """Each ServiceSubcategory with the one ServiceCategory it belongs to."""
    lines = csv.DictReader(_lines("service_subcategories.csv"))
    return MappingProxyType({line["subcategory"]: line["category"] for line in lines})


@cache
def currencies() -> frozenset[str]:
    """Codes of ISO 4217 that a bill can be in."""
    return frozenset(line for line in _lines("currencies.txt") if not line.startswith("#"))


@cache
def _by_name() -> Mapping[tuple[Dataset, str], Column]:
    return MappingProxyType({(each.dataset, each.name): each for each in all_columns()})


def _column(line: Mapping[str, str]) -> Column:
    allowed = service_subcategories() if line["name"] == "ServiceSubcategory" else _listed(line["allowed"])
    return Column(
        dataset=Dataset(line["dataset"]),
        name=line["name"],
        introduced=line["introduced"],
        removed=line["removed"] or None,
        level=Level(line["level"]),
        condition=line["condition"],
        nullable=_answer(line["nullable"]),
        kind=Kind(line["kind"]),
        form=Form(line["form"]),
        allowed=tuple(allowed),
        meaning=line["meaning"],
        source=line["source"],
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split("; ")) if text else ()


def _answer(text: str) -> bool:
    return {"yes": True, "no": False}[text]


def _ordered(version: str) -> tuple[int, int, bool]:
    """Order of versions: a preview comes before its release."""
    number, _, preview = version.partition("-")
    major, minor = number.split(".")
    return int(major), int(minor), not preview


def _lines(name: str) -> Iterator[str]:
    text = resources.files("analytics.focus").joinpath("data", name).read_text(encoding="utf-8")
    return iter(text.splitlines())
