"""Provider words as emitters send them -> the conventions' words; what is a framework and no provider is dropped."""

PROVIDERS = frozenset(
    {
        "openai",
        "gcp.gen_ai",
        "gcp.vertex_ai",
        "gcp.gemini",
        "anthropic",
        "cohere",
        "azure.ai.inference",
        "azure.ai.openai",
        "ibm.watsonx.ai",
        "aws.bedrock",
        "perplexity",
        "x_ai",
        "deepseek",
        "groq",
        "mistral_ai",
        "moonshot_ai",
    }
)
"""Well-known values of ``gen_ai.provider.name``; others are kept as they are."""

ALIASES = {
    "vertex_ai": "gcp.vertex_ai",
    "vertexai": "gcp.vertex_ai",
    "google": "gcp.gemini",
    "google_genai": "gcp.gen_ai",
    "gemini": "gcp.gemini",
    "az.ai.inference": "azure.ai.inference",
    "az.ai.openai": "azure.ai.openai",
    "azure": "azure.ai.openai",
    "azure_openai": "azure.ai.openai",
    "xai": "x_ai",
    "mistralai": "mistral_ai",
    "mistral": "mistral_ai",
    "bedrock": "aws.bedrock",
    "aws": "aws.bedrock",
    "amazon-bedrock": "aws.bedrock",
    "moonshot": "moonshot_ai",
    "watsonx": "ibm.watsonx.ai",
    "chatopenai": "openai",
}

FRAMEWORKS = frozenset(
    {"strands-agents", "langchain", "langgraph", "gcp.vertex.agent", "litellm", "litellm_proxy", "unknown", "_other"}
)
"""Seen in the provider's place; the provider is then told from the model name when priced."""


def provider_word(raw: str) -> str | None:
    """The conventions' word for a provider, or None if the word names no provider.

    >>> provider_word("openai.chat"), provider_word("xai"), provider_word("langchain")
    ('openai', 'x_ai', None)
    """
    word = raw.strip().lower()
    if word in PROVIDERS:
        return word
    if word in FRAMEWORKS or not word:
        return None
    if word in ALIASES:
        return ALIASES[word]
    head = word.split(".", 1)[0]
    return ALIASES.get(head, head) if head in PROVIDERS or head in ALIASES else word
