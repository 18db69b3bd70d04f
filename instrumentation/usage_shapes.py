"""How each family of providers reports usage, as data.

A shape belongs to a usage object that has one of its marks (checked in order). For each quantity it lists where to
look; the first place that holds a count wins. `cache_excluded` marks the providers whose input count leaves cached
tokens out, `reasoning_excluded` those whose output count leaves reasoning out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """Where one family of providers keeps its counts."""

    name: str
    marks: tuple[str, ...]
    counts: Mapping[str, tuple[Path, ...]]
    cache_excluded: bool = False
    reasoning_excluded: bool = False
    places: tuple[tuple[str, Path, str], ...] = field(init=False)
    """The same as `counts`, one row a place: quantity, path of the object that holds it, key in there."""

    def __post_init__(self) -> None:
        rows = tuple((name, path[:-1], path[-1]) for name, paths in self.counts.items() for path in paths)
        object.__setattr__(self, "places", rows)


_PROMPT: Final = "prompt_tokens_details"
_COMPLETION: Final = "completion_tokens_details"
_WEB_SEARCHES: Final = ("server_tool_use", "web_search_requests")

# OpenAI chat and embeddings, everything compatible with them, and LiteLLM whatever the provider behind it.
_OPENAI_CHAT: Final = Shape(
    name="openai chat",
    marks=("prompt_tokens", "completion_tokens"),
    counts={
        "input_tokens": (("prompt_tokens",),),
        "output_tokens": (("completion_tokens",),),
        "cache_read_tokens": (
            (_PROMPT, "cached_tokens"),
            ("cache_read_input_tokens",),
            ("prompt_cache_hit_tokens",),
        ),
        "cache_write_tokens": (
            (_PROMPT, "cache_write_tokens"),
            (_PROMPT, "cache_creation_tokens"),
            ("cache_creation_input_tokens",),
        ),
        "cache_write_1h_tokens": ((_PROMPT, "cache_creation_token_details", "ephemeral_1h_input_tokens"),),
        "reasoning_tokens": ((_COMPLETION, "reasoning_tokens"),),
        "audio_input_tokens": ((_PROMPT, "audio_tokens"),),
        "audio_output_tokens": ((_COMPLETION, "audio_tokens"),),
        "image_input_tokens": ((_PROMPT, "image_tokens"),),
        "image_output_tokens": ((_COMPLETION, "image_tokens"),),
        "search_units": (_WEB_SEARCHES, (_PROMPT, "web_search_requests")),
    },
)

_ANTHROPIC: Final = Shape(
    name="anthropic messages",
    marks=("cache_read_input_tokens", "cache_creation_input_tokens", "cache_creation"),
    counts={
        "input_tokens": (("input_tokens",),),
        "output_tokens": (("output_tokens",),),
        "cache_read_tokens": (("cache_read_input_tokens",),),
        "cache_write_tokens": (("cache_creation_input_tokens",),),
        "cache_write_1h_tokens": (("cache_creation", "ephemeral_1h_input_tokens"),),
        "search_units": (_WEB_SEARCHES,),
    },
    cache_excluded=True,
)

_OPENAI_RESPONSES: Final = Shape(
    name="openai responses",
    marks=("input_tokens_details", "output_tokens_details"),
    counts={
        "input_tokens": (("input_tokens",),),
        "output_tokens": (("output_tokens",),),
        "cache_read_tokens": (("input_tokens_details", "cached_tokens"),),
        "cache_write_tokens": (("input_tokens_details", "cache_write_tokens"),),
        "reasoning_tokens": (("output_tokens_details", "reasoning_tokens"),),
        "image_input_tokens": (("input_tokens_details", "image_tokens"),),
        "image_output_tokens": (("output_tokens_details", "image_tokens"),),
    },
)

# Nothing more than the two totals: Anthropic without caching, message_delta events, and whoever writes dicts by hand.
_PLAIN: Final = Shape(
    name="plain",
    marks=("input_tokens", "output_tokens"),
    counts={
        "input_tokens": (("input_tokens",),),
        "output_tokens": (("output_tokens",),),
        "search_units": (_WEB_SEARCHES,),
    },
)

_BEDROCK: Final = Shape(
    name="bedrock converse",
    marks=("inputTokens",),
    counts={
        "input_tokens": (("inputTokens",),),
        "output_tokens": (("outputTokens",),),
        "cache_read_tokens": (("cacheReadInputTokens",),),
        "cache_write_tokens": (("cacheWriteInputTokens",),),
    },
    cache_excluded=True,
)

_BILLED_UNITS: Final = Shape(
    name="cohere billed units",
    marks=("billed_units",),
    counts={
        "input_tokens": (("billed_units", "input_tokens"),),
        "output_tokens": (("billed_units", "output_tokens"),),
        "search_units": (("billed_units", "search_units"),),
    },
)

_GEMINI: Final = Shape(
    name="gemini",
    marks=("prompt_token_count", "candidates_token_count"),
    counts={
        "input_tokens": (("prompt_token_count",),),
        "output_tokens": (("candidates_token_count",),),
        "cache_read_tokens": (("cached_content_token_count",),),
        "reasoning_tokens": (("thoughts_token_count",),),
    },
    reasoning_excluded=True,
)

_LANGCHAIN: Final = Shape(
    name="langchain message",
    marks=("input_tokens", "output_tokens"),
    counts={
        "input_tokens": (("input_tokens",),),
        "output_tokens": (("output_tokens",),),
        "cache_read_tokens": (("input_token_details", "cache_read"),),
        "cache_write_tokens": (("input_token_details", "cache_creation"),),
        "reasoning_tokens": (("output_token_details", "reasoning"),),
    },
)

SHAPES: Final[Mapping[str, tuple[Shape, ...]]] = {
    "usage": (_OPENAI_CHAT, _OPENAI_RESPONSES, _ANTHROPIC, _PLAIN, _BEDROCK, _BILLED_UNITS),
    "usage_metadata": (_GEMINI, _LANGCHAIN),
    "meta": (_BILLED_UNITS,),
}
"""Field of a response that holds usage, to the shapes it may have."""
