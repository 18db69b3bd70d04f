"""What OFREP asks and answers, for ``/openapi.json``; the names are OFREP's."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class _Shape(BaseModel):
    """The root of every shape."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class FlagContext(_Shape):
    """The request that is to be served; further words are ignored."""

    targetingKey: str  # noqa: N815 - OFREP's name
    """Id of the request or conversation; it keeps it on one side of a share."""
    tenant: str | None = None
    """Whom the request is for."""
    route: str | None = None
    """The route it takes."""
    model: str | None = None
    """The model it asks for."""


class EventStream(_Shape):
    """Where changes are told."""

    type: str
    """sse"""
    endpoint: dict[str, str]
    """requestUri: a path on the host that was asked."""


class FlagEvaluation(_Shape):
    """One flag."""

    key: str
    """route-tier or route-degraded"""
    reason: str
    """TARGETING_MATCH, SPLIT, or DEFAULT while nothing is decided."""
    variant: str
    """The tier; degraded or normal; default when the caller's own default holds."""
    value: str | bool | None = None
    """Left out when the caller's own default holds."""
    metadata: dict[str, str]
    """The decision behind it, for people."""


class FlagAnswer(FlagEvaluation):
    """One flag, and where changes are told."""

    eventStreams: tuple[EventStream, ...]  # noqa: N815 - OFREP's name
    """Tell that something changed, not what."""


class FlagsAnswer(_Shape):
    """Every flag for one context."""

    flags: tuple[FlagEvaluation, ...]
    """In a fixed order."""
    eventStreams: tuple[EventStream, ...]  # noqa: N815 - OFREP's name
    """Tell that something changed, not what."""


class FlagFailure(_Shape):
    """Why a question was not answered."""

    key: str | None = None
    """The flag that was asked for, if it was one."""
    errorCode: str | None = None  # noqa: N815 - OFREP's name
    """PARSE_ERROR, INVALID_CONTEXT, TARGETING_KEY_MISSING or FLAG_NOT_FOUND."""
    errorDetails: str  # noqa: N815 - OFREP's name
    """The same in a sentence."""


_CONTEXT = FlagContext.model_json_schema()
QUESTION: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"type": "object", "required": ["context"], "properties": {"context": _CONTEXT}}
            }
        },
    }
}
"""For a route that reads its body itself, so that it can answer as OFREP has it."""
