"""Attribute names the wrappers put on spans.

GenAI names follow the current GenAI conventions; they are written out here because no released constants package has
all of them. Everything the conventions have no name for is `burnline.*`, with the unit last.
"""

from typing import Final

KIND: Final = "burnline.kind"
"""On every span of a wrapper: which wrapper made it."""

# Who a request is for and how it is served. `tenancy.FIELDS` says which of these travel in baggage.
TENANT: Final = "burnline.tenant"
TEAM: Final = "burnline.team"
FEATURE: Final = "burnline.feature"
ROUTE: Final = "burnline.route"
TIER: Final = "burnline.tier"
DEGRADED: Final = "burnline.degraded"
COST_CENTER: Final = "burnline.cost_center"
USER: Final = "user.id"
ENVIRONMENT: Final = "deployment.environment.name"

STREAM_ABANDONED: Final = "burnline.stream.abandoned"
"""True on a span whose stream was closed, dropped or cancelled before its own end."""

ROUTER_CANDIDATES: Final = "burnline.router.candidates"
ROUTER_REASON: Final = "burnline.router.reason"
ROUTER_MODEL: Final = "burnline.router.model"

CACHE_TYPE: Final = "burnline.cache.type"
CACHE_HIT: Final = "burnline.cache.hit"
CACHE_SIMILARITY: Final = "burnline.cache.similarity"
CACHE_THRESHOLD: Final = "burnline.cache.threshold"
CACHE_AGE_S: Final = "burnline.cache.age_s"
CACHE_SAVED_COST_USD: Final = "burnline.cache.saved_cost_usd"
"""Decimal text, because money never passes through a float."""

GUARDRAIL_RULE_ID: Final = "burnline.guardrail.rule_id"
GUARDRAIL_VERDICT: Final = "burnline.guardrail.verdict"
GUARDRAIL_REASON: Final = "burnline.guardrail.reason"

RERANK_TOP_N: Final = "burnline.rerank.top_n"
RERANK_DOCUMENT_COUNT: Final = "burnline.rerank.document_count"
RETRIEVAL_DOCUMENT_COUNT: Final = "burnline.retrieval.document_count"
RETRIEVAL_TOP_SCORE: Final = "burnline.retrieval.top_score"
RETRIEVAL_AGE_S: Final = "burnline.retrieval.age_s"
"""Age of the oldest document used."""

CITATION_COVERAGE: Final = "burnline.citation.coverage"
"""Share of an answer's claims that cite a source, 0..1."""
CITATION_VALID: Final = "burnline.citation.valid"
"""Share of the citations that hold, 0..1."""
PERMISSION_CHECKED: Final = "burnline.permission.checked"
PERMISSION_VIOLATIONS: Final = "burnline.permission.violations"
"""Documents shown that the user may not see."""
EVALUATION_NAME: Final = "gen_ai.evaluation.name"
EVALUATION_SCORE: Final = "gen_ai.evaluation.score.value"
EVALUATION_LABEL: Final = "gen_ai.evaluation.score.label"
EVALUATION_EXPLANATION: Final = "gen_ai.evaluation.explanation"
EVALUATION_WEIGHT: Final = "burnline.evaluation.weight"
"""1 / the probability with which something was chosen to be evaluated."""

USAGE_CACHE_WRITE_1H: Final = "burnline.usage.cache_write_1h"
"""The part of the cache writes that is kept for an hour, which is billed dearer than five minutes."""
USAGE_SEARCH_UNITS: Final = "burnline.usage.search_units"
SERVICE_TIER: Final = "burnline.service_tier"

OPERATION_NAME: Final = "gen_ai.operation.name"
PROVIDER_NAME: Final = "gen_ai.provider.name"
REQUEST_MODEL: Final = "gen_ai.request.model"
REQUEST_STREAM: Final = "gen_ai.request.stream"
RESPONSE_ID: Final = "gen_ai.response.id"
TIME_TO_FIRST_CHUNK: Final = "gen_ai.response.time_to_first_chunk"
USAGE_CACHE_READ: Final = "gen_ai.usage.cache_read.input_tokens"
USAGE_CACHE_WRITE: Final = "gen_ai.usage.cache_write.input_tokens"
USAGE_REASONING: Final = "gen_ai.usage.reasoning.output_tokens"
USAGE_INPUT: Final = "gen_ai.usage.input_tokens"
USAGE_AUDIO_INPUT: Final = "gen_ai.usage.audio.input_tokens"
USAGE_AUDIO_OUTPUT: Final = "gen_ai.usage.audio.output_tokens"
USAGE_IMAGE_INPUT: Final = "gen_ai.usage.image.input_tokens"
USAGE_IMAGE_OUTPUT: Final = "gen_ai.usage.image.output_tokens"
OPENAI_SERVICE_TIER: Final = "openai.response.service_tier"
OPENAI_FINGERPRINT: Final = "openai.response.system_fingerprint"
ERROR_TYPE: Final = "error.type"
