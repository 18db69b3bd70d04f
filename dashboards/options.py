"""Options that commands which ask have in common, each named as the parameter of the HTTP API."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Option:
    """One option; its name is that of the parameter of the HTTP API."""

    name: str
    help: str
    default: str | None = None


WINDOW = (
    Option("start", "RFC 3339, included; default: one hour before until"),
    Option("until", "RFC 3339, excluded; default: now"),
)
WEEK = (Option("start", "RFC 3339, included; default: seven days before until"), WINDOW[1])
DAY = (Option("start", "RFC 3339, included; default: one day before until"), WINDOW[1])
MONTH = (Option("start", "RFC 3339, included; default: four weeks before until"), WINDOW[1])
WINDOWS = (WINDOW, DAY, WEEK, MONTH)
"""How far back a question looks by itself."""
PAGE = (Option("limit", "rows of a page"), Option("cursor", "go on after an earlier page"))
DRIFT = (
    *DAY,
    Option("window", "instead of --start: 1h, 1d, 7d ... before until"),
    Option("reference", "weekdays, before, or START/UNTIL in RFC 3339; default: weekdays, before where there are none"),
    Option("verdict", "drifted, too_small, steady or insufficient_data"),
    *(Option(name, f"only this {name}") for name in ("measure", "route", "tenant", "model")),
    *PAGE,
)
MOVED = (
    *(Option(name, f"with this {name} among what moved") for name in ("measure", "tenant", "route", "model")),
    Option("open", "true: what goes on; false: what has ended"),
)
SCOPE = tuple(Option(name, f"only this {name}") for name in ("tenant", "team", "feature", "route", "model"))
KPI_SCOPE = ("tenant", "team", "feature", "route", "cost_center")
BY = Option("by", "dimensions, separated by commas")
PROVIDER = (Option("provider", "only this provider"),)
SERVED = (Option("tier", "served by this tier"), Option("environment", "only this deployment environment"))
PAYING = (Option("cost_center", "only this cost centre"), Option("project", "only this project of a provider"))
OF_LINES = (
    Option("usage_class", "only this kind of billed quantity"),
    Option("purpose", "only what it was for: answer, retry, judge ..."),
    Option("price_id", "only at this price; empty: what has none"),
)
RETRIEVAL = "how documents are found: scores, ages, permissions, citations"
RETRIEVED = (
    BY,
    *(Option(name, f"only this {name}") for name in ("tenant", "team", "feature", "route", "environment")),
    Option("index_name", "only this index or source"),
    Option("index_version", "only this version of an index"),
    *DAY,
    *PAGE,
)
RECOMMENDED = (*MONTH, *(Option(name, f"only this {name}") for name in ("route", "feature", "tenant")), *PAGE)
