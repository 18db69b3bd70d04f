"""What can be asked over HTTP: windows, filters and dimensions, checked where they come in.

The parameter classes are read from the query string by FastAPI, so that ``/openapi.json`` and the checks cannot drift
apart. An unknown parameter is refused: a misspelt filter would answer another question than the one asked.

    Unanswerable
    |-- BadParameter   one parameter cannot be used: 400
    `-- NotFound       nothing is stored under that name: 404
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from analytics.notation import NS_PER_HOUR, NS_PER_MINUTE, instant_ns, instant_text


class Unanswerable(Exception):
    """The root of what a question can be refused for."""


class BadParameter(Unanswerable):
    """One parameter cannot be used; says its name, what was found and what would do."""

    def __init__(self, parameter: str, value: object, expected: str) -> None:
        super().__init__(f"{parameter}={value}: {expected}")
        self.parameter = parameter
        self.value = value
        self.expected = expected


class NotFound(Unanswerable):
    """Nothing is stored under that name."""


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open span of time in nanoseconds since 1970.

    >>> Window(90 * 10**9, 200 * 10**9).whole_minutes()
    Window(start_ns=120000000000, until_ns=180000000000)
    """

    start_ns: int
    until_ns: int

    def whole_minutes(self) -> Self:
        """The minutes wholly inside; empty (start = until) when there is none."""
        first = -(-self.start_ns // NS_PER_MINUTE) * NS_PER_MINUTE
        last = self.until_ns // NS_PER_MINUTE * NS_PER_MINUTE
        return type(self)(first, last) if first < last else type(self)(self.start_ns, self.start_ns)

    def widened_to_minutes(self) -> Self:
        """Every minute it touches."""
        return type(self)(
            self.start_ns // NS_PER_MINUTE * NS_PER_MINUTE,
            -(-self.until_ns // NS_PER_MINUTE) * NS_PER_MINUTE,
        )


class Dimension(StrEnum):
    """What sums can be split by; the value is the name of the column."""

    TENANT = "tenant"
    TEAM = "team"
    FEATURE = "feature"
    ROUTE = "route"
    TIER = "tier"
    ENVIRONMENT = "environment"
    COST_CENTER = "cost_center"
    PROJECT = "project"
    PROVIDER = "provider"
    MODEL = "model"
    USAGE_CLASS = "usage_class"
    PURPOSE = "purpose"
    PRICE_ID = "price_id"
    STAGE = "stage"
    INDEX_NAME = "index_name"
    INDEX_VERSION = "index_version"
    DAY = "day"
    HOUR = "hour"


_OF_LINES = {Dimension.USAGE_CLASS, Dimension.PURPOSE, Dimension.PRICE_ID}
_OF_INDICES = {Dimension.INDEX_NAME, Dimension.INDEX_VERSION}
_OF_STEPS = {Dimension.PROVIDER, Dimension.MODEL, Dimension.STAGE} | _OF_INDICES
_WHOLE_REQUEST = frozenset(Dimension) - _OF_LINES - _OF_STEPS
COST_DIMENSIONS = tuple(d for d in Dimension if d not in _OF_INDICES | {Dimension.STAGE})
LATENCY_DIMENSIONS = tuple(d for d in Dimension if d not in _OF_LINES | _OF_INDICES | {Dimension.PROJECT})
RETRIEVAL_DIMENSIONS = tuple(d for d in Dimension if d in _WHOLE_REQUEST | _OF_INDICES)


def dimensions(text: str, allowed: tuple[Dimension, ...]) -> tuple[Dimension, ...]:
    """Read ``by=``; raises :class:`BadParameter` naming the word that is no dimension.

    >>> dimensions("tenant,day", COST_DIMENSIONS)
    (<Dimension.TENANT: 'tenant'>, <Dimension.DAY: 'day'>)
    """
    found: list[Dimension] = []
    for word in filter(None, (word.strip() for word in text.split(","))):
        if word not in allowed:
            raise BadParameter("by", word, f"separate any of these by commas: {', '.join(allowed)}")
        if word not in found:
            found.append(Dimension(word))
    return tuple(found)


def of_whole_requests(by: tuple[Dimension, ...]) -> bool:
    """Whether each of these has one value per request, so that requests can be counted under it."""
    return _WHOLE_REQUEST.issuperset(by)


Moment = Annotated[
    int | None,
    BeforeValidator(lambda text: instant_ns(text) if isinstance(text, str) else text),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""An instant as a parameter, in nanoseconds since 1970."""
_WORD = "; empty (`{0}=`) asks for those without {1} {0}"


def starts(standard: str) -> Any:  # noqa: ANN401 - a field of any model
    """Describe where a window starts, and where it does when nothing is said."""
    return Field(None, description=f"RFC 3339, included; {standard} when left out")


class WindowParams(BaseModel):
    """The window of a question."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    standard_ns: ClassVar[int] = NS_PER_HOUR
    """Length of the window where no start is given; ``start`` says it in words."""

    start: Moment = starts("one hour before `until`")
    until: Moment = Field(None, description="RFC 3339, excluded; now when left out")

    def window(self, now_ns: int) -> Window:
        """Fill what was left out; raises :class:`BadParameter` when nothing is between start and until."""
        until_ns = now_ns if self.until is None else self.until
        start_ns = max(0, until_ns - self.standard_ns) if self.start is None else self.start
        if start_ns >= until_ns:
            expected = f"be before until ({instant_text(until_ns)})"
            raise BadParameter("start", instant_text(start_ns), expected)
        return Window(start_ns, until_ns)


class ScopeParams(WindowParams):
    """Who and what a question is about; a filter left out lets everything through."""

    tenant: str | None = Field(None, description="one tenant" + _WORD.format("tenant", "a"))
    team: str | None = Field(None, description="one team" + _WORD.format("team", "a"))
    feature: str | None = Field(None, description="one feature" + _WORD.format("feature", "a"))
    route: str | None = Field(None, description="one route" + _WORD.format("route", "a"))
    model: str | None = Field(None, description="one model" + _WORD.format("model", "a"))

    def scope(self) -> dict[str, object]:
        """The filters on attribution, as parameters of a query."""
        return {"tenant": self.tenant, "team": self.team, "feature": self.feature, "route": self.route}


class OwnerParams(WindowParams):
    """Whose figures a question is about, by all that attributions say; a filter left out lets everything through."""

    tenant: str | None = Field(None, description="one tenant; empty (`tenant=`) asks for what has none")
    team: str | None = Field(None, description="one team; empty asks for what has none")
    feature: str | None = Field(None, description="one feature; empty asks for what has none")
    route: str | None = Field(None, description="one route; empty asks for what has none")
    tier: str | None = Field(None, description="one tier; empty (`tier=`) asks for what has none")
    environment: str | None = Field(None, description="one environment; empty asks for what has none")
    cost_center: str | None = Field(None, description="one cost centre; empty asks for what has none")
    project: str | None = Field(None, description="one project of a provider; empty asks for what has none")

    def owner(self) -> dict[str, object]:
        """The filters, as parameters of a query."""
        return {name: getattr(self, name) for name in OwnerParams.__annotations__}
