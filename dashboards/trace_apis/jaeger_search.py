"""What Grafana asks Jaeger's API for in a search; an empty parameter is one that is not there."""

from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, Field

from analytics.notation import LAST_NS
from analytics.questions import BadParameter
from dashboards.trace_apis.limits import MOST_TRACES
from dashboards.trace_apis.matching import Wanted
from dashboards.trace_apis.reading import duration_ns, moment_ns
from dashboards.trace_apis.search import OF_REQUEST, Search

_NS_PER_US = 1_000
_COLUMNS: dict[tuple[str, str], dict[str, str]] = {
    ("error", "true"): {"status": "error"},
    ("error", "false"): {"not_status": "error"},
    ("otel.status_code", "ERROR"): {"status": "error"},
}


class JaegerSearch(BaseModel):
    """The parameters of a search; others are ignored, as Jaeger does."""

    model_config = ConfigDict(frozen=True)

    service: str = Field("", description="of a span; default: any")
    operation: str = Field("", description="name of a span; default: any")
    tags: str = Field("", description="JSON object of texts: what the span says")
    shortest: str = Field("", alias="minDuration", description="of the span, such as 1.2s")
    longest: str = Field("", alias="maxDuration", description="of the span, such as 1.2s")
    limit: int = Field(20, ge=1, description=f"traces; more than {MOST_TRACES} are not answered")
    start: int | None = Field(None, description="microseconds since 1970, included")
    end: int | None = Field(None, description="microseconds since 1970, excluded")

    def asked(self) -> Search:
        """Raise :class:`BadParameter` where something cannot be read."""
        return Search(
            start_ns=moment_ns(self.start, _NS_PER_US, 0),
            until_ns=moment_ns(self.end, _NS_PER_US, LAST_NS),
            limit=min(self.limit, MOST_TRACES),
            service=self.service or None,
            operation=self.operation or None,
            min_ns=duration_ns("minDuration", self.shortest) if self.shortest else None,
            max_ns=duration_ns("maxDuration", self.longest) if self.longest else None,
            **_tags(self.tags or "{}"),
        )


def _tags(text: str) -> dict[str, Any]:
    """Read the JSON object of tags: conditions on columns where there are any, the rest on what spans say."""
    try:
        asked = orjson.loads(text)
    except orjson.JSONDecodeError:
        asked = None
    if not isinstance(asked, dict) or not all(isinstance(value, str) for value in asked.values()):
        raise BadParameter("tags", text, 'be a JSON object of texts such as {"http.status_code":"500"}')
    columns: dict[str, Any] = {"of_request": {}}
    wanted = []
    for key, value in asked.items():
        if (key, value) in _COLUMNS:
            columns |= _COLUMNS[key, value]
        elif key in OF_REQUEST:
            columns["of_request"] |= {OF_REQUEST[key]: value}
        else:
            wanted.append(Wanted(key, value))
    return columns | {"wanted": tuple(wanted)}
