"""Who sells, hosts and bills: the words of an export for each seller of the price book.

A seller that the table does not know keeps its own name in every place: nothing is guessed. What no provider bills,
own models and shared infrastructure, is the company's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from analytics.prices.sellers import SELF_HOSTED

OWN = "internal"
"""Seller of what the company runs itself, and the issuer of infrastructure where the configuration names none."""
NOT_APPLICABLE = "Not Applicable"
"""HostProviderName where one seller is hosted by many: the specification would rather have this than null."""


@dataclass(frozen=True, slots=True)
class Service:
    """The words for one seller."""

    name: str
    """ServiceName."""
    provider: str
    """ServiceProviderName, ProviderName and PublisherName: who sells the service."""
    host: str | None = None
    """HostProviderName: who runs the machines; nothing: the provider."""
    issuer: str | None = None
    """InvoiceIssuerName: who sends the bill; nothing: the provider."""
    sub_account: str = "Project"
    """SubAccountType: what the provider calls a part of the account."""

    @property
    def host_name(self) -> str:
        """HostProviderName."""
        return self.host or self.provider

    @property
    def issuer_name(self) -> str:
        """InvoiceIssuerName."""
        return self.issuer or self.provider


SERVICES: Mapping[str, Service] = MappingProxyType(
    {
        "anthropic": Service("Claude API", "Anthropic", sub_account="Workspace"),
        "aws": Service("Amazon Bedrock", "AWS"),
        "azure": Service("Azure OpenAI", "Microsoft"),
        "cerebras": Service("Cerebras Inference", "Cerebras"),
        "cohere": Service("Cohere API", "Cohere"),
        "databricks": Service("Databricks Model Serving", "Databricks", sub_account="Workspace"),
        "deepseek": Service("DeepSeek API", "DeepSeek"),
        "fireworks": Service("Fireworks AI", "Fireworks AI"),
        "google": Service("Google Generative AI", "Google"),
        "google_ai_studio": Service("Gemini API", "Google"),
        "vertex_ai": Service("Vertex AI", "Google Cloud", issuer="Google Cloud"),
        "groq": Service("GroqCloud", "Groq"),
        "ibm.watsonx.ai": Service("watsonx.ai", "IBM"),
        "mistral": Service("Mistral API", "Mistral AI", sub_account="Workspace"),
        "moonshot": Service("Moonshot API", "Moonshot AI"),
        "openai": Service("OpenAI API", "OpenAI"),
        "openrouter": Service("OpenRouter", "OpenRouter", host=NOT_APPLICABLE),
        "perplexity": Service("Perplexity API", "Perplexity"),
        "together": Service("Together AI", "Together AI"),
        "voyage": Service("Voyage AI", "Voyage AI"),
        "x_ai": Service("xAI API", "xAI"),
        "zai": Service("Z.ai API", "Z.ai"),
    }
)
CATEGORY = "AI and Machine Learning"
SUBCATEGORY = "Generative AI"
SHARED_SUBCATEGORY = "Other (AI and Machine Learning)"


def service_of(seller: str | None, company: str) -> Service:
    """The words for a seller; None is the company itself.

    >>> [service_of(seller, "Acme").issuer_name for seller in ("aws", "acme-ai", None, "vllm")]
    ['AWS', 'acme-ai', 'Acme', 'Acme']
    """
    if seller is None or seller == OWN or seller in SELF_HOSTED:
        return Service("Own Models", company)
    return SERVICES.get(seller) or Service(seller, seller)


def shared_service(name: str, seller: str | None, company: str) -> Service:
    """The words for a cost that is split; its own service, so that each service keeps one category."""
    billed_by = service_of(seller, company)
    return Service(f"Shared Cost: {name}", billed_by.provider, billed_by.host, billed_by.issuer)


def invoice_id(seller: str | None, month: str) -> str:
    """The invoice of a seller for a month: the same whenever it is exported.

    >>> invoice_id("openai", "2026-10"), invoice_id(None, "2026-10")
    ('openai-2026-10', 'internal-2026-10')
    """
    return f"{seller or OWN}-{month}"
