"""Telemetry from inside a serving app: what each request does, for whom, at which tier, and what it uses.

Wrap each step with a context manager or decorator, synchronous or not. Nothing here ever breaks the wrapped call.
"""

from instrumentation.configuration import configure
from instrumentation.evaluating import evaluation
from instrumentation.fault_log import faults
from instrumentation.fetching import cache, rerank, retriever, tool
from instrumentation.generating import RequestOptions, embedding, model_call
from instrumentation.serving import guardrail, request, router
from instrumentation.tenancy import Attribution, attribute, attribution

__all__ = [
    "Attribution",
    "RequestOptions",
    "attribute",
    "attribution",
    "cache",
    "configure",
    "embedding",
    "evaluation",
    "faults",
    "guardrail",
    "model_call",
    "request",
    "rerank",
    "retriever",
    "router",
    "tool",
]
