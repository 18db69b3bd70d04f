"""Messages as CloudEvents 1.0 in structured JSON, of at most 20,000 bytes.

``id`` is the message's own, the same at every try. ``sequence`` orders the messages of one source as text: epoch, seq
and place. ``data`` holds the scope and its decisions as the snapshot has them. A message that is too long is cut at
what a program needs least, first the causes and then the sentences, and ``truncated`` names what is missing; the
snapshot has it whole.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from alerts.delivery.announcing import Announcement, plain
from alerts.delivery.settings import Event
from alerts.delivery.webhooks import MOST_BYTES
from instrumentation.downgrade import DecisionDocument, Scope
from instrumentation.downgrade_json import to_json

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
SOURCE = "/v1/routing/decisions"
TYPES: Mapping[Event, str] = {
    Event.CHANGED: "burnline.decision.changed.v1",
    Event.LIFTED: "burnline.decision.lifted.v1",
    Event.ADVISED: "burnline.change.rollback_advised.v1",
    Event.ISSUED: "burnline.document.issued.v1",
}
"""CloudEvents type of each event."""

Data = dict[str, Any]
Cut = Callable[[Data], Data]
_LONGEST_SENTENCE = 200


def about_scope(announcement: Announcement, document: DecisionDocument, message_id: str, place: int) -> bytes:
    """Write what has become of one scope; ``place`` orders messages of one document."""
    data = {
        "epoch": document.epoch,
        "seq": document.seq,
        "scope": _scope(announcement.scope),
        "decisions": [plain(decision) for decision in announcement.decisions],
    }
    frame = _frame(announcement.event, message_id, document, place) | {"subject": subject(announcement.scope)}
    return fitted(frame, data, (_without_causes, _without_sentences, _without_decisions))


def whole(document: DecisionDocument, message_id: str) -> bytes:
    """Write the document itself."""
    return fitted(
        _frame(Event.ISSUED, message_id, document, 0),
        json.loads(to_json(document)),
        (_without_causes, _without_sentences, _without_decisions),
    )


def sequence(document: DecisionDocument, place: int) -> str:
    """A text that sorts as the messages follow each other.

    >>> from datetime import UTC
    >>> sequence(DecisionDocument(7, 12, datetime(2026, 11, 21, tzinfo=UTC)), 1)
    '0000000000000007-0000000012-0001'
    """
    return f"{document.epoch:016d}-{document.seq:010d}-{place:04d}"


def subject(scope: Scope) -> str:
    """A scope in one word, ``*`` where it is open.

    >>> subject(Scope("acme", "answer"))
    'tenant=acme;route=answer;model=*'
    """
    parts = (("tenant", scope.tenant), ("route", scope.route), ("model", scope.model))
    return ";".join(f"{name}={value or '*'}" for name, value in parts)


def fitted(frame: Data, data: Data, cuts: Sequence[Cut]) -> bytes:
    """Write a message, cut step by step until it is short enough."""
    body = _written(frame, data)
    for cut in cuts:
        if len(body) <= MOST_BYTES:
            break
        data = cut(data)
        body = _written(frame, data)
    return body


def instant(at: datetime) -> str:
    """An instant as CloudEvents have it."""
    return at.isoformat().replace("+00:00", "Z")


def spaced(*words: object) -> str:
    """Words that are there, with blanks between them.

    >>> spaced("release", "")
    'release'
    """
    return " ".join(str(word) for word in words if word)


def _frame(event: Event, message_id: str, document: DecisionDocument, place: int) -> Data:
    return {
        "specversion": "1.0",
        "id": message_id,
        "source": SOURCE,
        "type": TYPES[event],
        "time": instant(document.issued_at),
        "datacontenttype": "application/json",
        "sequence": sequence(document, place),
    }


def _written(frame: Data, data: Data) -> bytes:
    return json.dumps(frame | {"data": data}, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _without_causes(data: Data) -> Data:
    return _cut(data, "cause", lambda decision: decision | {"cause": []})


def _without_sentences(data: Data) -> Data:
    def shortened(decision: Data) -> Data:
        texts = {name: decision[name] for name in ("reason", "user_notice") if decision[name] is not None}
        return decision | {name: text[:_LONGEST_SENTENCE] for name, text in texts.items()}

    return _cut(data, "reason", shortened)


def _without_decisions(data: Data) -> Data:
    return data | {"decisions": [], "truncated": [*data.get("truncated", ()), "decisions"]}


def _cut(data: Data, name: str, change: Callable[[Data], Data]) -> Data:
    decisions = [change(decision) for decision in data["decisions"]]
    return data | {"decisions": decisions, "truncated": [*data.get("truncated", ()), name]}


def _scope(scope: Scope) -> Data:
    return {"tenant": scope.tenant, "route": scope.route, "model": scope.model}
