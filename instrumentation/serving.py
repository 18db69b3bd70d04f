"""Wrappers of how a request is served: the request itself, the router's choice, the guardrails."""

from collections.abc import Callable, Iterable, Sequence
from enum import Enum

from instrumentation import names, tenancy
from instrumentation.fault_log import contained, harmless
from instrumentation.operation import Operation, internal, unsuppressed
from instrumentation.tenancy import Attribution
from instrumentation.wrapper import Handle, Wrapper


class Request(Handle):
    """A running request: the root of everything done for one answer."""

    __slots__ = ()

    @harmless("attribute")
    def attribute(
        self,
        *,
        tenant: str | None = None,
        team: str | None = None,
        feature: str | None = None,
        route: str | None = None,
        tier: str | None = None,
        degraded: bool | None = None,
        cost_center: str | None = None,
        environment: str | None = None,
        user: str | None = None,
    ) -> None:
        """Say later what was not known when the request began; spans from here on have it too."""
        said = Attribution(tenant, team, feature, route, tier, degraded, cost_center, environment, user)
        if tenancy.amend(said, self.context):
            tenancy.republish()

    @harmless("citations")
    def citations(
        self,
        *,
        claims: int | None = None,
        cited: int | None = None,
        citations: int | None = None,
        valid: int = 0,
        ids: Iterable[str] | None = None,
    ) -> None:
        """Say how many of the answer's claims cite a source, and how many of its citations hold; no claims say nothing.

        `request.citations(claims=8, cited=6, citations=7, valid=7)` is a coverage of 0.75, and every citation holds.
        With `ids`, those the answer cites, the ones hold that a retrieval of this request found before.
        """
        if ids is not None and (found := tenancy.documents_found(self.context)):
            said = list(ids)
            citations, valid = len(said), sum(one in found for one in said)
        self._put(names.CITATION_COVERAGE, (cited or 0) / claims if claims else None)
        self._put(names.CITATION_VALID, valid / citations if citations else None)


class Route(Handle):
    """A running routing decision."""

    __slots__ = ("_chose",)

    def __init__(self, operation: Operation) -> None:
        super().__init__(operation)
        self._chose = False

    @harmless("chose")
    def chose(
        self, tier: str, reason: str | None = None, *, model: str | None = None, degraded: bool | None = None
    ) -> None:
        """Say which tier was chosen and why. It becomes the tier of the request and of all that follows in it."""
        said = Attribution(tier=tier, degraded=degraded)
        for name, value in tenancy.attributes(said).items():
            self._put(name, value)
        self._put(names.ROUTER_REASON, reason)
        self._put(names.ROUTER_MODEL, model)
        self._chose = tenancy.amend(said)

    def observe(self, result: object) -> None:
        """Take the text (or text enum) a decorated function returned for the tier, a pair for tier and reason."""
        if isinstance(result, (str, Enum)):
            self.chose(_text(result))
        elif isinstance(result, tuple) and len(result) == 2:  # noqa: PLR2004 - tier and reason
            self.chose(_text(result[0]), str(result[1]))

    def _after_end(self) -> None:
        super()._after_end()
        if self._chose:
            with contained("republish"):
                tenancy.republish()


class Check(Handle):
    """A running guardrail."""

    __slots__ = ()

    @harmless("verdict")
    def verdict(self, verdict: str, *, reason: str | None = None) -> None:
        """Say what the rule decided: `allow`, `block`, `redact`, `flag`, or a word of your own."""
        self._put(names.GUARDRAIL_VERDICT, verdict)
        self._put(names.GUARDRAIL_REASON, reason)

    def observe(self, result: object) -> None:
        """Take a decorated function's True for allow, False for block, a text for the verdict itself."""
        if isinstance(result, bool):
            self.verdict("allow" if result else "block")
        elif isinstance(result, (str, Enum)):
            self.verdict(_text(result))


def request(
    *,
    tenant: str | None = None,
    team: str | None = None,
    feature: str | None = None,
    route: str | None = None,
    tier: str | None = None,
    degraded: bool | None = None,
    cost_center: str | None = None,
    environment: str | None = None,
    user: str | None = None,
    inherit: bool = True,
    share_user: bool = False,
    read: Callable[[Request, object], None] | None = None,
) -> Wrapper[Request]:
    """Wrap one request: who it is for and how it is served, said once for every span below it, here and downstream.

    A request joins the trace it finds and inherits what its caller's baggage says, unless said here. At an edge that
    strangers can reach, `inherit=False` forgets what their headers claim. `user` stays in this process unless
    `share_user`; make it an opaque id either way.
    """
    said = Attribution(tenant, team, feature, route, tier, degraded, cost_center, environment, user)

    def start(_name: str | None) -> Operation:
        context, cell = tenancy.entered(said, inherit=inherit, share_user=share_user)
        operation = internal("request", route, {}, unsuppressed(context))
        cell.span = operation.span
        return operation

    return Wrapper("request", start, Request, read, takes_streams=True)


def router(
    *,
    candidates: Sequence[str] = (),
    read: Callable[[Route, object], None] | None = None,
) -> Wrapper[Route]:
    """Wrap one routing decision among candidate tiers (or models), best first."""

    def start(_name: str | None) -> Operation:
        attributes = {names.ROUTER_CANDIDATES: [_text(candidate) for candidate in candidates] or None}
        return internal("route", None, attributes, unsuppressed())

    return Wrapper("router", start, Route, read)


def guardrail(
    rule_id: str,
    *,
    read: Callable[[Check, object], None] | None = None,
) -> Wrapper[Check]:
    """Wrap one check of a rule, before or after the model."""

    def start(_name: str | None) -> Operation:
        return internal("guardrail", rule_id, {names.GUARDRAIL_RULE_ID: rule_id}, unsuppressed())

    return Wrapper("guardrail", start, Check, read)


def _text(value: object) -> str:
    return str(value.value if isinstance(value, Enum) else value)
