"""Words of PromQL: durations, numbers, texts and selectors, written the one way that names and goldens rely on."""

from collections.abc import Mapping

_ESCAPED = frozenset('"\\')
_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))


def duration(seconds: float) -> str:
    """A duration as Prometheus writes it, and as the names of recorded series end.

    >>> [duration(s) for s in (300, 3600, 5400, 2419200)]
    ['5m', '1h', '1h30m', '28d']
    """
    left, written = round(seconds), ""
    for unit, length in _UNITS:
        many, left = divmod(left, length)
        written += f"{many}{unit}" if many else ""
    return written or "0s"


def number(value: float) -> str:
    """A figure without the noise of its binary form.

    >>> number(0.02 * 7 * 86400 / 3600), number(0.1 * 3)
    ('3.36', '0.3')
    """
    return f"{value:.12g}"


def figure(value: float) -> str:
    """The same for people.

    >>> figure(0.933333333)
    '0.9333'
    """
    return f"{value:.4g}"


def text(value: str) -> str:
    r"""A text in quotes, with escapes for quotes and for everything that is not to be seen.

    >>> print(text('the "big"\nno\u0085break'))
    "the \"big\"\U0000000ano\U00000085break"
    """
    return "".join(['"', *map(_escaped, value), '"'])


def _escaped(character: str) -> str:
    if character in _ESCAPED:
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08x}"


def selector(name: str, labels: Mapping[str, str]) -> str:
    """The series of a name that have these labels.

    >>> selector("up", {"job": "burnline"})
    'up{job="burnline"}'
    """
    return f"{name}{{{','.join(f'{label}={text(value)}' for label, value in labels.items())}}}"


def plain(value: str) -> str:
    """A text that templates of annotations leave as it is.

    >>> plain("{{ name }}")
    '{{ "{{" }} name }}'
    """
    return value.replace("{{", '{{ "{{" }}')
