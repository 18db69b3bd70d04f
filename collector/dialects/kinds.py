"""What each emitter's word for a step means: one of our span kinds."""

from enum import StrEnum


class Kind(StrEnum):
    """What a span did for its request."""

    REQUEST = "request"
    ROUTER = "router"
    CACHE = "cache"
    RETRIEVER = "retriever"
    RERANK = "rerank"
    MODEL = "model"
    EMBEDDING = "embedding"
    TOOL = "tool"
    GUARDRAIL = "guardrail"
    AGENT = "agent"
    WORKFLOW = "workflow"
    MEMORY = "memory"
    EVALUATOR = "evaluator"
    OTHER = "other"


_OPERATION = {
    "chat": Kind.MODEL,
    "generate_content": Kind.MODEL,
    "text_completion": Kind.MODEL,
    "completion": Kind.MODEL,
    "responses": Kind.MODEL,
    "message": Kind.MODEL,
    "embeddings": Kind.EMBEDDING,
    "embedding": Kind.EMBEDDING,
    "retrieval": Kind.RETRIEVER,
    "vector_db_retrieve": Kind.RETRIEVER,
    "rerank": Kind.RERANK,
    "execute_tool": Kind.TOOL,
    "tool": Kind.TOOL,
    "create_agent": Kind.AGENT,
    "invoke_agent": Kind.AGENT,
    "agent_step": Kind.AGENT,
    "execute_event_loop_cycle": Kind.AGENT,
    "plan": Kind.AGENT,
    "invoke_workflow": Kind.WORKFLOW,
    "execute_task": Kind.WORKFLOW,
    "search_memory": Kind.MEMORY,
    "create_memory": Kind.MEMORY,
    "update_memory": Kind.MEMORY,
    "upsert_memory": Kind.MEMORY,
    "delete_memory": Kind.MEMORY,
    "create_memory_store": Kind.MEMORY,
    "delete_memory_store": Kind.MEMORY,
    "fetch_response": Kind.OTHER,
    "request": Kind.REQUEST,
    "route": Kind.ROUTER,
    "cache": Kind.CACHE,
    "guardrail": Kind.GUARDRAIL,
}

# canonical column -> word (lower case) -> kind. Columns are asked in this order.
KIND_WORDS: dict[str, dict[str, Kind]] = {
    "burnline_kind": {str(kind): kind for kind in Kind},
    "openinference_kind": {
        "llm": Kind.MODEL,
        "embedding": Kind.EMBEDDING,
        "retriever": Kind.RETRIEVER,
        "reranker": Kind.RERANK,
        "tool": Kind.TOOL,
        "agent": Kind.AGENT,
        "chain": Kind.WORKFLOW,
        "prompt": Kind.OTHER,
        "guardrail": Kind.GUARDRAIL,
        "evaluator": Kind.EVALUATOR,
        "decision": Kind.ROUTER,
        "unknown": Kind.OTHER,
    },
    "langfuse_kind": {
        "generation": Kind.MODEL,
        "embedding": Kind.EMBEDDING,
        "retriever": Kind.RETRIEVER,
        "tool": Kind.TOOL,
        "agent": Kind.AGENT,
        "chain": Kind.WORKFLOW,
        "guardrail": Kind.GUARDRAIL,
        "evaluator": Kind.EVALUATOR,
        "span": Kind.OTHER,
        "event": Kind.OTHER,
    },
    "mlflow_kind": {
        "llm": Kind.MODEL,
        "chat_model": Kind.MODEL,
        "embedding": Kind.EMBEDDING,
        "retriever": Kind.RETRIEVER,
        "reranker": Kind.RERANK,
        "tool": Kind.TOOL,
        "agent": Kind.AGENT,
        "chain": Kind.WORKFLOW,
        "workflow": Kind.WORKFLOW,
        "task": Kind.WORKFLOW,
        "guardrail": Kind.GUARDRAIL,
        "evaluator": Kind.EVALUATOR,
        "memory": Kind.MEMORY,
        "parser": Kind.OTHER,
        "unknown": Kind.OTHER,
    },
    # the outer span sums up its doGenerate and doEmbed children, so it is no call of its own
    "vercel_kind": {
        "ai.generatetext": Kind.WORKFLOW,
        "ai.streamtext": Kind.WORKFLOW,
        "ai.generateobject": Kind.WORKFLOW,
        "ai.streamobject": Kind.WORKFLOW,
        "ai.embed": Kind.WORKFLOW,
        "ai.embedmany": Kind.WORKFLOW,
        "ai.rerank": Kind.WORKFLOW,
        "ai.generatetext.dogenerate": Kind.MODEL,
        "ai.streamtext.dostream": Kind.MODEL,
        "ai.generateobject.dogenerate": Kind.MODEL,
        "ai.streamobject.dostream": Kind.MODEL,
        "ai.embed.doembed": Kind.EMBEDDING,
        "ai.embedmany.doembed": Kind.EMBEDDING,
        "ai.rerank.dorerank": Kind.RERANK,
        "ai.toolcall": Kind.TOOL,
    },
    "operation": _OPERATION,
    "traceloop_kind": {
        "workflow": Kind.WORKFLOW,
        "task": Kind.WORKFLOW,
        "agent": Kind.AGENT,
        "tool": Kind.TOOL,
    },
    "request_type": {
        "chat": Kind.MODEL,
        "completion": Kind.MODEL,
        "acompletion": Kind.MODEL,
        "embedding": Kind.EMBEDDING,
        "aembedding": Kind.EMBEDDING,
        "rerank": Kind.RERANK,
        "unknown": Kind.OTHER,
    },
}

CALL_KINDS = frozenset({Kind.MODEL, Kind.EMBEDDING, Kind.RERANK})
"""Kinds that are one call to a provider, so that usage is expected of them."""
