"""Wrappers of what brings knowledge in: retriever and tool on util-genai's spans; rerank and cache on our own."""

from collections.abc import Callable, Iterable, Sized
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, cast

from opentelemetry.util.genai.types import RetrievalDocument
from opentelemetry.util.genai.utils import object_to_any_value

from instrumentation import names
from instrumentation.fault_log import harmless
from instrumentation.operation import Operation, detached, internal, telemetry, unsuppressed
from instrumentation.responses import count_of, usage_of
from instrumentation.responses import read as read_response
from instrumentation.retrieved import attributes_of, document, lengths
from instrumentation.tenancy import Attribution, attribution, remember_documents
from instrumentation.wrapper import Handle, Wrapper

if TYPE_CHECKING:
    from opentelemetry.util.genai.invocation import RetrievalInvocation, ToolInvocation


class Retrieval(Handle):
    """A running retrieval."""

    __slots__ = ()

    @harmless("documents")
    def documents(self, documents: Iterable[object]) -> None:
        """Say what was found; all ids and scores are kept where content capture is switched on.

        A document is an id, an `(id, score)` pair, or a mapping or object with `id`, `score`, `text`, `age_s`, `tenant`
        and `allowed`, as far as they are known: from these come count, scores, repetitions, lengths, the age of the
        oldest, and how many are for others than who asks.
        """
        found = [document(one) for one in documents]
        said_for = any(one.tenant is not None or one.allowed is not None for one in found)
        who = attribution(self.context) if said_for else Attribution()
        said = attributes_of(found, [name for name in (who.tenant, who.user) if name is not None])
        for name, value in said.items():
            self._put(name, value)
        remember_documents((one.document_id for one in found if one.document_id is not None), self.context)
        retrieval = cast("RetrievalInvocation", self._operation)
        if retrieval.should_capture_content:
            retrieval.documents = [RetrievalDocument(one.document_id, one.score) for one in found]

    @harmless("chunks")
    def chunks(self, chars: Iterable[int]) -> None:
        """Say how long the documents are, in characters, where they do not carry their text."""
        self._put(names.RETRIEVAL_CHUNK_CHARS, lengths(list(chars)))

    @harmless("ages")
    def ages(self, ages_s: Iterable[float]) -> None:
        """Say how old the documents used are, in seconds: an answer is as fresh as the oldest of them."""
        self._put(names.RETRIEVAL_AGE_S, max(map(float, ages_s), default=None))

    @harmless("permissions")
    def permissions(self, *, checked: bool, violations: int | None = None) -> None:
        """Say whether documents were filtered by what the user may see, and how many were shown that may not."""
        self._put(names.PERMISSION_CHECKED, checked)
        self._put(names.PERMISSION_VIOLATIONS, violations)

    @harmless("query")
    def query(self, text: str) -> None:
        """Give the query text; kept only where content capture is switched on."""
        cast("RetrievalInvocation", self._operation).query_text = text

    def observe(self, result: object) -> None:
        """Count the documents a decorated function returned, if they can be counted."""
        if isinstance(result, (list, tuple)):
            self.documents(result)


class ToolCall(Handle):
    """A running tool."""

    __slots__ = ()

    @harmless("arguments")
    def arguments(self, arguments: object) -> None:
        """Give the arguments; kept only where content capture is switched on."""
        call = cast("ToolInvocation", self._operation)
        if call.should_capture_content:
            call.arguments = object_to_any_value(arguments)

    @harmless("tool result")
    def result(self, result: object) -> None:
        """Give the result; kept only where content capture is switched on."""
        call = cast("ToolInvocation", self._operation)
        if call.should_capture_content:
            call.tool_result = object_to_any_value(result)

    def observe(self, result: object) -> None:
        """Take a decorated function's result for the tool's."""
        self.result(result)


class Reranking(Handle):
    """A running rerank."""

    __slots__ = ()

    @harmless("response")
    def response(self, response: object) -> None:
        """Read id, tokens and billed search units from a provider's response."""
        reading = read_response(response)
        usage = usage_of(reading)
        self._put(names.RESPONSE_ID, reading.get("response_id"))
        self._put(names.USAGE_INPUT, usage.get("input_tokens"))
        self._put(names.USAGE_SEARCH_UNITS, usage.get("search_units"))

    @harmless("usage")
    def usage(self, *, search_units: float | None = None, input_tokens: int | None = None) -> None:
        """Say what is billed: search units or tokens, as the provider counts."""
        self._put(names.USAGE_SEARCH_UNITS, search_units)
        self._put(names.USAGE_INPUT, input_tokens)

    @harmless("documents")
    def documents(self, documents: Sized) -> None:
        """Say which documents were ranked; only their number is kept."""
        self._put(names.RERANK_DOCUMENT_COUNT, len(documents))

    def observe(self, result: object) -> None:
        """Read what a decorated function returned."""
        self.response(result)


class Lookup(Handle):
    """A running cache lookup. Say `hit` or `miss`."""

    __slots__ = ()

    @harmless("hit")
    def hit(
        self,
        *,
        similarity: float | None = None,
        age_s: float | None = None,
        saved_cost_usd: Decimal | None = None,
    ) -> None:
        """Say that the answer came from the cache: how like (0..1), how old, and what it spared, if known."""
        self._put(names.CACHE_HIT, value=True)
        self._put(names.CACHE_SIMILARITY, similarity)
        self._put(names.CACHE_AGE_S, age_s)
        self._put(names.CACHE_SAVED_COST_USD, None if saved_cost_usd is None else f"{Decimal(saved_cost_usd):f}")

    @harmless("miss")
    def miss(self, *, similarity: float | None = None) -> None:
        """Say that the cache had nothing fit; `similarity` of the nearest, if there was one."""
        self._put(names.CACHE_HIT, value=False)
        self._put(names.CACHE_SIMILARITY, similarity)

    def observe(self, result: object) -> None:
        """Take None from a decorated function for a miss, anything else for a hit."""
        if result is None:
            self.miss()
        else:
            self.hit()


def retriever(
    data_source: str | None = None,
    *,
    provider: str | None = None,
    model: str | None = None,
    top_k: int | None = None,
    index_version: str | None = None,
    read: Callable[[Retrieval, object], None] | None = None,
) -> Wrapper[Retrieval]:
    """Wrap one retrieval from a data source (an index, a collection), and which version of it is searched."""

    def start(_name: str | None) -> Operation:
        retrieval = telemetry().handler.retrieval(
            data_source_id=data_source, provider=provider, request_model=model, context=unsuppressed()
        )
        retrieval.top_k = count_of(top_k)
        if index_version is not None:
            retrieval.attributes[names.INDEX_VERSION] = index_version
        return detached(retrieval)

    return Wrapper("retriever", start, Retrieval, read)


def tool(
    name: str | None = None,
    *,
    tool_type: str | None = None,
    call_id: str | None = None,
    agent: str | None = None,
    read: Callable[[ToolCall, object], None] | None = None,
) -> Wrapper[ToolCall]:
    """Wrap one execution of a tool. A decorated function lends its name when none is given."""

    def start(function_name: str | None) -> Operation:
        handler = telemetry().handler
        invocation = handler.tool(
            name or function_name or "tool", tool_type=tool_type, agent_name=agent, context=unsuppressed()
        )
        invocation.tool_call_id = call_id
        return detached(invocation)

    return Wrapper("tool", start, ToolCall, read, takes_streams=True)


def rerank(
    provider: str,
    model: str | None = None,
    *,
    top_n: int | None = None,
    read: Callable[[Reranking, object], None] | None = None,
) -> Wrapper[Reranking]:
    """Wrap one call of a reranking model."""

    def start(_name: str | None) -> Operation:
        attributes = {names.PROVIDER_NAME: provider, names.REQUEST_MODEL: model, names.RERANK_TOP_N: top_n}
        return internal("rerank", model, attributes, unsuppressed())

    return Wrapper("rerank", start, Reranking, read)


def cache(
    cache_type: Literal["exact", "semantic"] = "exact",
    *,
    threshold: float | None = None,
    read: Callable[[Lookup, object], None] | None = None,
) -> Wrapper[Lookup]:
    """Wrap one lookup in a cache of answers: exact, or semantic with the similarity (0..1) that makes a hit."""

    def start(_name: str | None) -> Operation:
        attributes = {names.CACHE_TYPE: cache_type, names.CACHE_THRESHOLD: threshold}
        return internal("cache", cache_type, attributes, unsuppressed())

    return Wrapper("cache", start, Lookup, read)
