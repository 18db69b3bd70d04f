"""Who wrote a span, told from its instrumentation scope, and what is known of that emitter's token arithmetic.

Only what attribute names cannot tell stands here: whether its input count includes cached tokens when the numbers
themselves do not decide it, and which of its silences look like numbers.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Emitter:
    """One row: scopes that begin with ``scope`` (the longest wins) are written by ``dialect``."""

    scope: str
    dialect: str
    input_excludes_cache: bool = False
    zero_means_unknown: bool = False
    """Sends 0 tokens where the provider reported none."""
    estimates_streams: bool = False
    """Counts a stream's tokens itself when the provider reported none, without saying so."""
    streams_lose_cache: bool = False
    """Reports a stream's cached tokens as 0 and leaves them out of its input."""
    first_hand: bool = False
    """The provider's own SDK: where several tell one call, it is believed."""
    framework: bool = False
    """Instruments a framework whose calls the provider's SDK may report a second time."""


UNKNOWN = Emitter("", "genai")

EMITTERS = (
    Emitter("burnline", "burnline"),
    Emitter("instrumentation", "burnline"),
    Emitter("opentelemetry.util.genai", "otel_genai"),
    Emitter("opentelemetry.instrumentation.genai", "otel_genai"),
    Emitter("opentelemetry.instrumentation.openai_v2", "otel_genai"),
    Emitter("opentelemetry.instrumentation.google_genai", "otel_genai"),
    Emitter("opentelemetry.instrumentation.vertexai", "otel_genai"),
    Emitter("com.anthropic.sdk", "anthropic_sdk", first_hand=True),
    Emitter("openinference.instrumentation", "openinference"),
    Emitter("openinference.instrumentation.langchain", "openinference", framework=True),
    Emitter("openinference.instrumentation.llama_index", "openinference", framework=True),
    Emitter("openinference.instrumentation.smolagents", "openinference", framework=True),
    Emitter("openinference.instrumentation.openai_agents", "openinference", framework=True),
    Emitter("openinference.instrumentation.crewai", "openinference", framework=True),
    Emitter("openinference.instrumentation.litellm", "openinference", framework=True),
    Emitter("opentelemetry.instrumentation", "traceloop"),
    Emitter("opentelemetry.instrumentation.langchain", "traceloop", framework=True),
    Emitter("opentelemetry.instrumentation.llamaindex", "traceloop", framework=True),
    Emitter("opentelemetry.instrumentation.bedrock", "traceloop", input_excludes_cache=True),
    Emitter("traceloop.tracer", "traceloop", framework=True),
    Emitter("openlit", "openlit", estimates_streams=True),
    Emitter(
        "openlit.instrumentation.anthropic",
        "openlit",
        input_excludes_cache=True,
        estimates_streams=True,
        streams_lose_cache=True,
    ),
    Emitter("openlit.instrumentation.bedrock", "openlit", input_excludes_cache=True, estimates_streams=True),
    Emitter("litellm", "litellm", zero_means_unknown=True, framework=True),
    Emitter("ai", "vercel", framework=True),
    Emitter("gen_ai", "vercel", framework=True),
    Emitter("pydantic-ai", "pydantic_ai", framework=True),
    Emitter("langfuse-sdk", "langfuse"),
    Emitter("mlflow", "mlflow"),
    Emitter("strands", "strands", framework=True),
    Emitter("gcp.vertex.agent", "google_adk", framework=True),
    Emitter("Microsoft.SemanticKernel", "semantic_kernel", framework=True),
    Emitter("semantic_kernel", "semantic_kernel", framework=True),
)


def emitter_of(scope: str) -> Emitter:
    """The row whose scope is the longest beginning of ``scope``.

    >>> emitter_of("openinference.instrumentation.langchain").framework
    True
    >>> emitter_of("app").dialect
    'genai'
    """
    rows = [row for row in EMITTERS if _covers(row.scope, scope)]
    return max(rows, key=lambda row: len(row.scope), default=UNKNOWN)


def _covers(prefix: str, scope: str) -> bool:
    """Whole words only: ``ai`` is not the beginning of ``airline``."""
    return scope == prefix or scope.startswith((prefix + ".", prefix + "_", prefix + "/", prefix + "-"))
