"""What can be exported: versions of FOCUS with their datasets, and the forms of file."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from analytics.focus.columns import Dataset, Version


class Format(StrEnum):
    """A kind of file."""

    CSV = "csv"
    PARQUET = "parquet"
    XLSX = "xlsx"
    """A rounded view for people."""


class Form(StrEnum):
    """Whom a CSV is for."""

    MACHINE = "machine"
    SPREADSHEET = "spreadsheet"


@dataclass(frozen=True, slots=True)
class Profile:
    """One version of FOCUS, as it is exported."""

    name: str
    version: Version
    datasets: tuple[Dataset, ...]


FILES: Mapping[Dataset, str] = MappingProxyType(
    {
        Dataset.COST_AND_USAGE: "cost_and_usage",
        Dataset.BILLING_PERIOD: "billing_period",
        Dataset.INVOICE_DETAIL: "invoice_detail",
    }
)
"""The name of each dataset's file, before ``.csv`` and ``.parquet``."""
UNPRICED_FILE = "unpriced.csv"
VIEW_FILE = "rounded_view.xlsx"
MANIFEST_FILE = "manifest.json"

PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        "focus-1.2": Profile("focus-1.2", Version.V1_2, (Dataset.COST_AND_USAGE,)),
        "focus-1.4": Profile("focus-1.4", Version.V1_4, tuple(FILES)),
    }
)


def profile_named(name: str) -> Profile:
    """The profile of that name; raises ValueError naming those there are.

    >>> profile_named("focus-1.4").version
    <Version.V1_4: '1.4'>
    """
    if name not in PROFILES:
        raise ValueError(f"no profile is called {name}; expected one of {', '.join(PROFILES)}")
    return PROFILES[name]
