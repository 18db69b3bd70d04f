"""Sellers: who bills for a call, under the names telemetry, genai-prices and LiteLLM's map have for them.

A reported provider is one of: a seller in the table; a framework, which says nothing about who bills; a
self-hosted server, which no list can price; or a name of its own, looked up in the lists as it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seller:
    """One seller: the provider id in genai-prices, the sellers in LiteLLM's map in order, and its other names."""

    name: str
    genai: str | None
    litellm: tuple[str, ...]
    also_called: tuple[str, ...] = ()


SELLERS = (
    Seller("anthropic", "anthropic", ("anthropic",), ("claude",)),
    Seller(
        "aws",
        "aws",
        ("bedrock", "bedrock_mantle"),
        ("aws.bedrock", "aws_bedrock", "amazon", "amazon-bedrock", "amazon_bedrock", "bedrock_converse"),
    ),
    Seller(
        "azure",
        "azure",
        ("azure", "azure_ai"),
        (
            "azure.ai.openai",
            "az.ai.openai",
            "azure.ai.inference",
            "az.ai.inference",
            "azure-openai",
            "azure_openai",
            "azureopenai",
            "azure_text",
        ),
    ),
    Seller("cerebras", "cerebras", ("cerebras",)),
    Seller("cohere", "cohere", ("cohere",), ("cohere_chat",)),
    Seller("databricks", "databricks", ("databricks",)),
    Seller("deepseek", "deepseek", ("deepseek",)),
    Seller("fireworks", "fireworks", ("fireworks_ai",), ("fireworks.ai", "fireworks-ai")),
    Seller("google_ai_studio", "google", ("gemini",), ("gcp.gemini", "google-gla", "google.generative-ai")),
    Seller("google", "google", ("gemini", "vertex_ai"), ("gcp.gen_ai", "google_genai", "google-genai", "googleai")),
    Seller(
        "vertex_ai", "google", ("vertex_ai",), ("gcp.vertex_ai", "google.vertex", "google-vertex", "vertexai", "vertex")
    ),
    Seller("groq", "groq", ("groq",)),
    Seller("ibm.watsonx.ai", None, ("watsonx",), ("ibm_watsonx", "ibm-watsonx-ai")),
    Seller("mistral", "mistral", ("mistral", "codestral"), ("mistral_ai", "mistral-ai", "mistralai")),
    Seller("moonshot", "moonshotai", ("moonshot",), ("moonshot_ai", "moonshot-ai")),
    Seller("openai", "openai", ("openai",)),
    Seller("openrouter", "openrouter", ()),
    Seller("perplexity", "perplexity", ("perplexity",), ("perplexity_ai", "perplexityai")),
    Seller("together", "together", ("together_ai",), ("together.ai", "togetherai", "together-ai")),
    Seller("voyage", "voyageai", ("voyage",), ("voyage_ai",)),
    Seller("x_ai", "x-ai", ("xai",), ("x.ai", "grok")),
    Seller("zai", "zai", ("zai",), ("z_ai", "z.ai")),
)
# libraries that report themselves where the provider should stand
FRAMEWORKS = frozenset(
    {
        "",
        "_other",
        "unknown",
        "none",
        "agent_framework",
        "autogen",
        "crewai",
        "gcp.vertex.agent",  # the Agent Development Kit, whoever serves the model
        "haystack",
        "langchain",
        "langgraph",
        "litellm",
        "litellm_proxy",
        "llama_index",
        "llamaindex",
        "microsoft.agent_framework",
        "openai_agents",
        "pydantic-ai",
        "pydantic_ai",
        "semantic_kernel",
        "smolagents",
        "strands",
        "strands-agents",
    }
)
# servers one runs oneself: their models have the prices of the machine, not those of a vendor's list
SELF_HOSTED = frozenset(
    {
        "hosted_vllm",
        "huggingface_local",
        "llama.cpp",
        "llamacpp",
        "llamafile",
        "lm_studio",
        "lmstudio",
        "local",
        "ollama",
        "ollama_chat",
        "sglang",
        "tgi",
        "triton",
        "vllm",
        "xinference",
    }
)
_BY_LIST_NAME = {name: seller for seller in reversed(SELLERS) for name in (seller.genai, *seller.litellm) if name}
_BY_NAME = _BY_LIST_NAME | {name: seller for seller in SELLERS for name in (seller.name, *seller.also_called)}


def listed_seller(provider: str) -> Seller | None:
    """Seller of the table for a reported provider; `openai.chat` is looked up as `openai` when it is not known itself.

    >>> listed_seller("openai.chat").name, listed_seller("az.ai.openai").name, listed_seller("acme")
    ('openai', 'azure', None)
    """
    return next((_BY_NAME[name] for name in _shortened(provider) if name in _BY_NAME), None)


def seller_named(name: str) -> Seller | None:
    """Seller of the table by exactly one of its names, as a model's prefix has it."""
    return _BY_NAME.get(name)


def normalised(provider: str | None) -> str:
    """Reported provider as it is compared: trimmed, lower case, "" when absent."""
    return (provider or "").strip().lower()


def _shortened(provider: str) -> Iterator[str]:
    while provider:
        yield provider
        provider = provider.rpartition(".")[0]
