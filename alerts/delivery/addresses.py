"""Which addresses a delivery may go to: the public internet, and what the operator allows by name.

A URL of a subscriber is typed by a person and resolved by somebody else's name server, so neither says where the bytes
go. What counts is the address itself: it is resolved once, checked here, and connected to as it was checked; a name
that changes its mind between check and connection gains nothing by it.

An address that carries another one inside (IPv4 mapped into IPv6, NAT64, 6to4, Teredo) is judged by both.

>>> refusal(ip_address("1.1.1.1")), refusal(ip_address("169.254.169.254"))
(None, '169.254.169.254 is link-local')
>>> refusal(ip_address("::ffff:10.0.0.7"), [ip_network("10.0.0.0/8")]) is None
True
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NAT64 = IPv6Network("64:ff9b::/96")
_METADATA = frozenset(
    {
        IPv4Address("168.63.129.16"),  # Azure's platform address, public by its number
        IPv4Address("100.100.100.200"),  # Alibaba
        IPv4Address("192.0.0.192"),  # Oracle
        IPv6Address("fd00:ec2::254"),  # AWS
    }
)
_KINDS: Sequence[tuple[str, Callable[[Address], bool]]] = (
    ("unspecified", lambda address: address.is_unspecified),
    ("loopback", lambda address: address.is_loopback),
    ("link-local", lambda address: address.is_link_local),
    ("multicast", lambda address: address.is_multicast),
    ("the metadata service of a cloud", lambda address: address in _METADATA),
    ("private", lambda address: address.is_private),
    ("reserved", lambda address: address.is_reserved),
    ("not on the public internet", lambda address: not address.is_global),
)
"""Why an address is refused; the first that holds is said."""


def refusal(address: Address, allowed: Iterable[Network] = ()) -> str | None:
    """Why nothing is sent to an address; None when it may be sent to."""
    networks = tuple(allowed)
    for found in _meant(address):
        if any(found.version == network.version and found in network for network in networks):
            return None
    for found in _meant(address):
        for kind, holds in _KINDS:
            if holds(found):
                return f"{address} is {kind}"
    return None


def network(text: str) -> Network:
    """Read a network such as ``10.1.0.0/16``, or one address; raises ValueError."""
    return ip_network(text, strict=True)


def _meant(address: Address) -> Iterator[Address]:
    """The addresses that a packet to this one can reach, those inside first."""
    if isinstance(address, IPv6Address):
        same = address.ipv4_mapped or (IPv4Address(int(address) & 0xFFFF_FFFF) if address in _NAT64 else None)
        if same is not None:
            yield same  # only the way of writing it is another
            return
        inside = [address.sixtofour, *(address.teredo or ())]
        yield from (found for found in inside if found is not None)
    yield address


def parsed(text: str) -> Address:
    """Read an address as a resolver gives it, without the zone of a link-local one.

    >>> parsed("fe80::1%eth0")
    IPv6Address('fe80::1')
    """
    return ip_address(text.partition("%")[0])
