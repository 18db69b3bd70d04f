"""Names on invoices, as the price book names sellers."""

from analytics.prices.sellers import listed_seller
from analytics.reconciliation.meters import ISSUERS


def issuer_named(name: str) -> str:
    """The seller behind a name; one that is not known stays as it is, in lower case.

    >>> issuer_named("Amazon Web Services, Inc."), issuer_named("OpenAI"), issuer_named("Acme AI")
    ('aws', 'openai', 'acme ai')
    """
    plain = name.strip().lower()
    if plain in ISSUERS:
        return ISSUERS[plain]
    seller = listed_seller(plain)
    return plain if seller is None else seller.name
