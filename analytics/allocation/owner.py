"""Who answers for money that nobody's usage explains."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Owner:
    """A person or team, and where their cost is booked."""

    name: str
    """Who is asked about it."""
    team: str | None = None
    """The team that a row nobody used is booked to; nothing: none."""
    cost_center: str | None = None
    """The cost centre that a row nobody used is booked to; nothing: it shows as unallocated."""

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("name is empty; expected who answers for what nobody used, for instance platform")
