"""What questions about sums share: splitting by dimensions, the order of rows, and their pages."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from analytics.paging import Page
from analytics.questions import BadParameter, Dimension

Row = Mapping[str, Any]
GroupKey = tuple[Any, ...]
T = TypeVar("T")


def flags(by: Sequence[Dimension], of: Sequence[Dimension]) -> dict[str, bool]:
    """Say for each dimension of a query whether to split by it.

    >>> flags([Dimension.TEAM], [Dimension.TENANT, Dimension.TEAM])
    {'by_tenant': False, 'by_team': True}
    """
    return {f"by_{dimension}": dimension in by for dimension in of}


def key_of(row: Row, by: Sequence[Dimension]) -> GroupKey:
    """Take the values that name the group of a row."""
    return tuple(row[dimension] for dimension in by)


def ordered(rows: Sequence[Row], by: Sequence[Dimension], weight: Callable[[Row], Any]) -> list[Row]:
    """Sort by time where the rows have one, then heaviest first, then by name so that the order is always the same."""
    times = [dimension for dimension in by if dimension in {Dimension.DAY, Dimension.HOUR}]

    def place(row: Row) -> tuple[Any, ...]:
        names = tuple((row[dimension] is None, str(row[dimension])) for dimension in by)
        return (*(row[dimension] for dimension in times), -weight(row), names)

    return sorted(rows, key=place)


def slice_of(rows: Sequence[T], page: Page, limit: int) -> tuple[Sequence[T], str | None]:
    """Cut one page out of all rows; the second value is the cursor of the page after it."""
    offset = page.after[0] if page.after else 0
    if not isinstance(offset, int) or offset < 0:
        raise BadParameter("cursor", offset, "be the `next` of an earlier page of this question, unchanged")
    until = offset + limit
    return rows[offset:until], page.next((until,)) if until < len(rows) else None
