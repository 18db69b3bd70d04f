"""One name for a model that the bill and the ledger call differently.

The ledger knows up to four names of a model: what answered, what was asked for, the name that found the price, and the
priced model. A bill's name is looked for among them:

1. as it is, without the frills of a platform (``us.anthropic.claude-sonnet-4-6-20260501-v1:0``);
2. without the date of its snapshot, where only one of the two sides names a date: two dates are two models.

>>> shared_names(["gpt-4o-2024-08-06"], [("gpt-4o", "gpt-4o-2024-08-06", None, None)]).ours
{('gpt-4o', 'gpt-4o-2024-08-06', None, None): 'gpt-4o-2024-08-06'}
>>> bedrock = ("us.anthropic.claude-sonnet-4-6-20260501-v1:0", None, None, None)
>>> shared_names(["claude-sonnet-4-6"], [bedrock]).ours[bedrock]
'claude-sonnet-4-6'
>>> august = ("gpt-4o-2024-08-06", None, None, None)
>>> shared_names(["gpt-4o-2024-11-20"], [august]).ours[august]
'gpt-4o-2024-08-06'
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Names = tuple[str | None, str | None, str | None, str | None]
"""(response model, request model, name that found the price, priced model)"""

_REGION = re.compile(r"^(?:us|us-gov|eu|apac|au|jp|ca|global)\.(?=[a-z0-9]+\.)")
_VENDOR = re.compile(
    r"^(?:ai21|amazon|anthropic|cohere|deepseek|google|meta|minimax|mistral|moonshotai|openai|qwen|zai)\."
)
_VERSION = re.compile(r"-v\d+(?::\d+)?$")
_DATE = re.compile(r"[-@](?:20\d{6}|20\d\d-\d\d-\d\d)$")


@dataclass(frozen=True, slots=True)
class SharedNames:
    """What each side's models are called together."""

    ours: Mapping[Names, str | None]
    theirs: Mapping[str, str]


def shared_names(billed: Iterable[str], ours: Iterable[Names]) -> SharedNames:
    """Find one name for each model of both sides; a model the other side does not know keeps its own."""
    told = sorted(set(billed))
    found = {names: _billed_as(names, told) for names in sorted(set(ours), key=str)}
    joined = {name: _common_name(hits) for hits in found.values() if len(hits) > 1 for name in hits}
    theirs = {name: joined.get(name, name) for name in told}
    return SharedNames(
        ours={names: theirs[hits[0]] if hits else own_name(names) for names, hits in found.items()}, theirs=theirs
    )


def own_name(names: Names) -> str | None:
    """The name of a model no bill knows: the priced model, else what answered, else what was asked for."""
    response, request, found_by, priced = names
    return next((name for name in (priced, found_by, response, request) if name is not None), None)


def plain(name: str) -> str:
    """A name without platform, region, vendor and version.

    >>> plain("arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0")
    'claude-3-haiku-20240307'
    """
    last = name.strip().lower().rpartition("/")[2]
    return _VERSION.sub("", _VENDOR.sub("", _REGION.sub("", last)))


def undated(name: str) -> str:
    """A plain name without the date of its snapshot."""
    return _DATE.sub("", plain(name))


def _billed_as(names: Names, told: list[str]) -> list[str]:
    """The bill's names for one of our models: one, none, or several that cannot be told apart by our names."""
    known = {plain(name) for name in names if name is not None}
    same = [name for name in told if plain(name) in known]
    if same:
        surest = _most_certain(names, same)
        return [name for name in same if plain(name) == surest]
    response, request, *_ = names
    called = response or request
    if called is None:
        return []
    dated = plain(called) != undated(called)
    return [name for name in told if undated(name) == undated(called) and not (dated and plain(name) != undated(name))]


def _common_name(hits: list[str]) -> str:
    names = {plain(name) for name in hits}
    return names.pop() if len(names) == 1 else undated(hits[0])


def _most_certain(names: Names, same: list[str]) -> str:
    """What answered is surer than what was asked for, and that than the name of a price."""
    told = {plain(name) for name in same}
    return next(plain(name) for name in names if name is not None and plain(name) in told)
