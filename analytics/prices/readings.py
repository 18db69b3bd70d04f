"""Readings: what a reported provider and model can mean, most literal first.

A reading says who sells the model, what it is called there, and in which region. The name is taken as it is; then
without the path a cloud puts around it; then, where a proxy writes `seller/model`, the seller is taken from the name.
Only where nobody is named as the seller is it inferred from the model's name, and only if a single one answers to it.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from analytics.prices.lists import Lists
from analytics.prices.sellers import FRAMEWORKS, SELF_HOSTED, Seller, listed_seller, normalised, seller_named

_PATH = re.compile(r"(?:^|/)models/")  # projects/p/locations/l/publishers/google/models/gemini-2.5-pro
_BEDROCK_ROUTES = re.compile(r"^(?:converse|invoke|converse_like)/")


class Reading(NamedTuple):
    """One way to read a provider and a model; a region of "" is none in particular."""

    seller: Seller
    model: str
    region: str


class Readings(NamedTuple):
    """All ways to read them, in order, or why there are none."""

    found: tuple[Reading, ...]
    ambiguous: bool = False
    self_hosted: bool = False


def readings(lists: Lists, provider: str | None, model: str, region: str | None) -> Readings:
    """Read a reported provider, model and region."""
    name, place = normalised(model), normalised(region)
    said = normalised(provider)
    seller = _seller(lists, said)
    prefix, _, rest = name.partition("/")
    if said in SELF_HOSTED or (seller is None and prefix in SELF_HOSTED):
        return Readings((), self_hosted=True)
    of_prefix = _known_seller(lists, prefix) if rest else None
    found = list(_of_seller(lists, seller, name, place)) if seller else []
    # The OpenAI client is what proxies are called with, and none of OpenAI's own names has a slash.
    if of_prefix is not None and (seller is None or seller in (of_prefix, seller_named("openai"))):
        found += _of_seller(lists, of_prefix, rest, place)
    if seller is not None:
        return Readings(tuple(found))
    inferred = _inferred(lists, name)
    if len(inferred) > 1 and not found:
        return Readings((), ambiguous=True)
    found += [reading for only in inferred for reading in _of_seller(lists, only, name, place)]
    return Readings(tuple(found))


def _seller(lists: Lists, provider: str) -> Seller | None:
    """Seller for a reported provider; None for a framework and for a name nobody knows."""
    if provider in FRAMEWORKS or provider in SELF_HOSTED:
        return None
    exact = listed_seller(provider) or _known_seller(lists, provider)
    if exact is not None:
        return exact
    genai = lists.genai.provider_called(provider)
    return None if genai is None else _by_genai(lists, genai)


def _known_seller(lists: Lists, name: str) -> Seller | None:
    """Seller by exactly one of its names, in the table or in a list."""
    known = seller_named(name)
    if known is not None:
        return known
    if lists.genai.knows_provider(name):
        return _by_genai(lists, name)
    return Seller(name, None, (name,)) if lists.litellm.knows_seller(name) else None


def _by_genai(lists: Lists, genai: str) -> Seller:
    also = (genai,) if lists.litellm.knows_seller(genai) else ()
    return seller_named(genai) or Seller(genai, genai, also)


def _of_seller(lists: Lists, seller: Seller, name: str, region: str) -> Iterator[Reading]:
    for spelt in _spellings(name):
        yield Reading(seller, spelt, region)
        place, _, rest = spelt.partition("/")
        if rest and lists.litellm.knows_region(place):
            yield Reading(seller, rest, place)


def _spellings(name: str) -> Iterator[str]:
    """Return the name as it is, then without the path or the route before it.

    >>> list(_spellings("arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0"))[-1]
    'amazon.nova-pro-v1:0'
    """
    yield name
    if name.startswith("arn:"):
        yield name.rpartition("/")[2]
    elif (path := _PATH.search(name)) is not None:
        yield name[path.end() :]
    elif (route := _BEDROCK_ROUTES.match(name)) is not None:
        yield name[route.end() :]


def _inferred(lists: Lists, name: str) -> tuple[Seller, ...]:
    """Return the sellers whose models are named like this: by the rules of genai-prices, else by LiteLLM's names."""
    for spelt in _spellings(name):
        genai = lists.genai.providers_selling(spelt)
        if genai:
            return tuple(_by_genai(lists, provider) for provider in genai)
        sellers = dict.fromkeys(seller_named(seller) or seller for seller in lists.litellm.sellers_of(spelt))
        if sellers:
            return tuple(
                seller if isinstance(seller, Seller) else Seller(seller, None, (seller,)) for seller in sellers
            )
    return ()
