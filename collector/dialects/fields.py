"""Canonical column -> the attribute keys that mean it, in the order they are asked. The dialect table.

Every emitter's names stand here side by side: an emitter is not looked up first, because schema urls and scope names
lie more often than attribute names do (one emitter sends new names under an old url). Where one key means different
things by emitter or by type, its :class:`Source` says so with its reading.

A key written ``outer->inner`` is inside the JSON text of ``outer`` (``embedded.py`` takes it out).
The first source with a usable value wins; they are never added, since emitters send old and new names on one span.
"""

from collector.dialects.finishes import FINISH_COLUMN
from collector.dialects.sources import Column, Reading, Source, column
from collector.dialects.usage_classes import UsageClass

_T, _N = Reading.TEXT, Reading.COUNT
_LF = "langfuse.observation.usage_details->"
_ML = "mlflow.chat.tokenUsage->"
_MO = "mlflow.spanOutputs->usage."
_LL = "metadata.usage_object->"
_AI = "ai.usage."

KIND_COLUMNS = (
    column("burnline_kind", _T, ("burnline.kind", "burnline")),
    column("openinference_kind", _T, ("openinference.span.kind", "openinference")),
    column("langfuse_kind", _T, ("langfuse.observation.type", "langfuse")),
    column("mlflow_kind", _T, ("mlflow.spanType->", "mlflow")),
    column("vercel_kind", _T, ("ai.operationId", "vercel v6")),
    column("operation", _T, ("gen_ai.operation.name", "conventions, most emitters")),
    column("traceloop_kind", _T, ("traceloop.span.kind", "traceloop")),
    column("request_type", _T, ("llm.request.type", "traceloop old, litellm v2")),
)

ATTRIBUTION_COLUMNS = (
    column("tenant", _T, ("burnline.tenant", "burnline"), ("tenant.id", "services")),
    column("team", _T, ("burnline.team", "burnline"), ("team", "services")),
    column("feature", _T, ("burnline.feature", "burnline")),
    column("route", _T, ("burnline.route", "burnline")),
    column("tier", _T, ("burnline.tier", "burnline")),
    column(
        "environment",
        _T,
        ("deployment.environment.name", "conventions"),
        ("deployment.environment", "conventions until 1.27"),
        ("langfuse.environment", "langfuse"),
    ),
    column("cost_center", _T, ("burnline.cost_center", "burnline")),
    column("project", _T, ("burnline.project", "burnline"), ("openai.project", "services")),
)

IDENTITY_COLUMNS = (
    column(
        "user_id",
        _T,
        ("user.id", "conventions, openinference, langfuse, strands"),
        ("enduser.id", "conventions until 1.28"),
        ("traceloop.association.properties.user_id", "traceloop"),
        ("langfuse.user.id", "langfuse"),
        ("llm.user", "litellm"),
    ),
    column(
        "session_id",
        _T,
        ("gen_ai.conversation.id", "conventions"),
        ("session.id", "conventions, openinference, strands"),
        ("langfuse.session.id", "langfuse"),
        ("traceloop.association.properties.session_id", "traceloop"),
    ),
    column("verdict", _T, ("burnline.guardrail.verdict", "burnline")),
    column("service", _T, ("service.name", "resource")),
    column("region", _T, ("cloud.region", "conventions"), ("aws.region", "aws sdk")),
    Column("stream", (Source("gen_ai.request.stream", Reading.FLAG, "conventions, openlit"),)),
    Column("degraded", (Source("burnline.degraded", Reading.FLAG, "burnline"),)),
    column("error_type", _T, ("error.type", "conventions")),
    column("level", _T, ("langfuse.observation.level", "langfuse")),
)

CALL_COLUMNS = (
    column(
        "provider",
        _T,
        ("gen_ai.provider.name", "conventions"),
        ("gen_ai.system", "conventions until 1.37"),
        ("llm.provider", "openinference"),
        ("llm.system", "openinference"),
        ("ai.model.provider", "vercel v6"),
    ),
    column(
        "request_model",
        _T,
        ("gen_ai.request.model", "conventions"),
        ("llm.request.model_name", "openinference"),
        ("llm.invocation_parameters->model", "openinference; on error spans the only one"),
        ("embedding.model_name", "openinference"),
        ("reranker.model_name", "openinference"),
        ("litellm.provider.model", "litellm v2"),
        ("ai.model.id", "vercel v6"),
        ("mlflow.spanInputs->model", "mlflow"),
    ),
    column(
        "response_model",
        _T,
        ("gen_ai.response.model", "conventions"),
        ("llm.response.model_name", "openinference"),
        ("llm.model_name", "openinference"),
        ("ai.response.model", "vercel v6"),
        ("langfuse.observation.model.name", "langfuse"),
        ("mlflow.llm.model->", "mlflow"),
    ),
    column(
        "response_id",
        _T,
        ("gen_ai.response.id", "conventions"),
        ("ai.response.id", "vercel v6"),
        ("output.value->id", "openinference"),
        ("mlflow.spanOutputs->id", "mlflow"),
        ("langfuse.observation.output->id", "langfuse"),
    ),
    column(
        "service_tier",
        _T,
        ("openai.response.service_tier", "conventions"),
        ("gen_ai.openai.response.service_tier", "conventions until 1.37"),
        ("burnline.service_tier", "burnline"),
        ("openai.request.service_tier", "conventions; what was asked, if no answer says what was given"),
        ("gen_ai.openai.request.service_tier", "conventions until 1.37"),
    ),
    column(
        "system_fingerprint",
        _T,
        ("openai.response.system_fingerprint", "conventions"),
        ("gen_ai.openai.response.system_fingerprint", "conventions until 1.37"),
    ),
    FINISH_COLUMN,
    Column(
        "ttft_ms",
        (
            Source("gen_ai.response.time_to_first_chunk", Reading.SECONDS, "conventions"),
            Source("gen_ai.client.operation.time_to_first_chunk", Reading.SECONDS, "pydantic-ai"),
            Source("gen_ai.server.time_to_first_token", Reading.SECONDS_OR_WHOLE_MS, "openlit s, strands whole ms"),
            Source("ai.response.msToFirstChunk", Reading.MILLISECONDS, "vercel v6"),
        ),
    ),
    Column(
        "reported_cost_usd",
        tuple(
            Source(key, Reading.MONEY, emitters)
            for key, emitters in (
                ("llm.cost.total", "openinference"),
                ("litellm.cost.total", "litellm v2"),
                ("gen_ai.cost.total_cost", "litellm v1; its parts overlap, never sum them"),
                ("gen_ai.usage.cost", "openlit"),
                ("operation.cost", "pydantic-ai"),
                ("langfuse.observation.cost_details->total", "langfuse"),
            )
        ),
    ),
)

USAGE_COLUMNS = (
    Column(
        "input_tokens",
        (
            Source("gen_ai.usage.input_tokens", _N, "conventions"),
            Source("gen_ai.usage.prompt_tokens", _N, "conventions until 1.27, litellm"),
            Source("llm.token_count.prompt", _N, "openinference"),
            Source("llm.usage.prompt_tokens", _N, "traceloop old"),
            Source(_AI + "inputTokens", _N, "vercel v6"),
            Source(_AI + "promptTokens", _N, "vercel v4"),
            Source(_AI + "tokens", _N, "vercel embeddings"),
            Source(_LF + "prompt_tokens", _N, "langfuse openai chat"),
            Source(_LF + "input_tokens", _N, "langfuse openai responses"),
            Source(_LF + "input", _N, "langfuse", input_excludes_cache=True),
            Source(_ML + "input_tokens", _N, "mlflow"),
            Source(_MO + "prompt_tokens", _N, "mlflow embeddings: nowhere else"),
        ),
    ),
    column(
        "output_tokens",
        _N,
        ("gen_ai.usage.output_tokens", "conventions"),
        ("gen_ai.usage.completion_tokens", "conventions until 1.27, litellm"),
        ("llm.token_count.completion", "openinference"),
        ("llm.usage.completion_tokens", "traceloop old"),
        (_AI + "outputTokens", "vercel v6"),
        (_AI + "completionTokens", "vercel v4"),
        (_LF + "completion_tokens", "langfuse openai chat"),
        (_LF + "output_tokens", "langfuse openai responses"),
        (_LF + "output", "langfuse"),
        (_ML + "output_tokens", "mlflow"),
    ),
    column(
        "cache_read_tokens",
        _N,
        ("gen_ai.usage.cache_read.input_tokens", "conventions"),
        ("gen_ai.usage.cache_read_input_tokens", "traceloop, strands"),
        ("gen_ai.usage.details.cache_read_tokens", "pydantic-ai"),
        ("gen_ai.usage.details.cache_read_input_tokens", "pydantic-ai anthropic"),
        ("llm.token_count.prompt_details.cache_read", "openinference"),
        ("llm.token_count.prompt_details.cache_input", "openinference"),
        (_AI + "inputTokenDetails.cacheReadTokens", "vercel v6"),
        (_AI + "cachedInputTokens", "vercel v6"),
        (_LF + "prompt_tokens_details.cached_tokens", "langfuse"),
        (_LF + "input_tokens_details.cached_tokens", "langfuse"),
        (_LF + "cache_read_input_tokens", "langfuse"),
        (_LF + "input_cached_tokens", "langfuse"),
        (_LF + "input_cache_read", "langfuse"),
        (_ML + "cache_read_input_tokens", "mlflow"),
        (_LL + "prompt_tokens_details.cached_tokens", "litellm v1"),
        (_LL + "cache_read_input_tokens", "litellm v1"),
    ),
    column(
        "cache_write_tokens",
        _N,
        ("gen_ai.usage.cache_write.input_tokens", "conventions"),
        ("gen_ai.usage.cache_creation.input_tokens", "conventions until 1.41"),
        ("gen_ai.usage.cache_creation_input_tokens", "traceloop, openlit"),
        ("gen_ai.usage.cache_write_input_tokens", "strands"),
        ("gen_ai.usage.details.cache_creation_input_tokens", "pydantic-ai"),
        ("gen_ai.usage.details.cache_write_tokens", "pydantic-ai"),
        ("llm.token_count.prompt_details.cache_write", "openinference"),
        (_AI + "inputTokenDetails.cacheWriteTokens", "vercel v6"),
        (_LF + "cache_creation_input_tokens", "langfuse"),
        (_LF + "input_cache_creation", "langfuse"),
        (_ML + "cache_creation_input_tokens", "mlflow"),
        (_LL + "cache_creation_input_tokens", "litellm v1"),
    ),
    column(
        "cache_write_1h_tokens",
        _N,
        ("burnline.usage.cache_write_1h", "burnline"),
        ("anthropic.usage.cache_creation.ephemeral_1h_input_tokens", "anthropic sdk"),
        ("gen_ai.usage.details.ephemeral_1h_input_tokens", "pydantic-ai"),
        ("gen_ai.usage.cache_creation.ephemeral_1h_input_tokens", "anthropic dialects"),
        (_ML + "cache_creation_input_tokens_above_1hr", "mlflow"),
    ),
    column(
        "reasoning_tokens",
        _N,
        ("gen_ai.usage.reasoning.output_tokens", "conventions"),
        ("gen_ai.usage.reasoning_tokens", "traceloop, openlit"),
        ("gen_ai.usage.details.reasoning_tokens", "pydantic-ai"),
        ("llm.token_count.completion_details.reasoning", "openinference"),
        (_AI + "reasoningTokens", "vercel v6"),
        (_AI + "outputTokenDetails.reasoningTokens", "vercel v6"),
        (_LF + "completion_tokens_details.reasoning_tokens", "langfuse"),
        (_LF + "output_tokens_details.reasoning_tokens", "langfuse"),
        (_LF + "output_reasoning_tokens", "langfuse"),
        (_ML + "reasoning_output_tokens", "mlflow"),
        (_MO + "completion_tokens_details.reasoning_tokens", "mlflow openai chat: nowhere else"),
        (_MO + "output_tokens_details.reasoning_tokens", "mlflow openai responses: nowhere else"),
        (_LL + "completion_tokens_details.reasoning_tokens", "litellm v1"),
    ),
    column(
        "audio_input_tokens",
        _N,
        ("gen_ai.usage.audio.input_tokens", "conventions"),
        ("llm.token_count.prompt_details.audio", "openinference"),
        (_LF + "prompt_tokens_details.audio_tokens", "langfuse"),
    ),
    column(
        "audio_output_tokens",
        _N,
        ("gen_ai.usage.audio.output_tokens", "conventions"),
        ("llm.token_count.completion_details.audio", "openinference"),
        (_LF + "completion_tokens_details.audio_tokens", "langfuse"),
    ),
    column(
        "total_tokens",
        _N,
        ("gen_ai.usage.total_tokens", "traceloop, litellm, strands"),
        ("llm.token_count.total", "openinference"),
        ("llm.usage.total_tokens", "traceloop old"),
        ("gen_ai.client.token.usage", "openlit"),
        (_AI + "totalTokens", "vercel v6"),
        (_LF + "total_tokens", "langfuse"),
        (_LF + "total", "langfuse"),
        (_ML + "total_tokens", "mlflow"),
    ),
)

# Billed quantities without a convention; tokens have their own columns above.
_IN_COLUMNS = {UsageClass.CACHE_WRITE_1H}
OTHER_USAGE_COLUMNS = tuple(
    column(f"usage_{usage_class}", _N, (f"burnline.usage.{usage_class}", "burnline"))
    for usage_class in UsageClass
    if usage_class not in _IN_COLUMNS
)

COLUMNS = KIND_COLUMNS + ATTRIBUTION_COLUMNS + IDENTITY_COLUMNS + CALL_COLUMNS + USAGE_COLUMNS + OTHER_USAGE_COLUMNS
