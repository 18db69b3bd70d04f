"""What only the HTTP edge refuses, beside the outcomes every edge and the intake share.

Refused                  see collector.signals
|-- UnknownPath          404
|-- WrongMethod          405, with Allow
|-- TooSlow              408, and the connection closes
|-- Unsupported          415, content type or content encoding
`-- HeadersTooLarge      431, and the connection closes
"""

from collector.signals import Refused


class UnknownPath(Refused):
    """No signal is received at this path."""


class WrongMethod(Refused):
    """The path receives a signal, but not with this method."""


class TooSlow(Refused):
    """The headers or the body did not arrive in time."""


class Unsupported(Refused):
    """The content type or the content encoding is not one we read."""


class HeadersTooLarge(Refused):
    """More headers, or longer ones, than a request needs."""
