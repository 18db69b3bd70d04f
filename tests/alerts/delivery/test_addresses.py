"""Which addresses may be sent to."""

from ipaddress import ip_address, ip_network

import pytest

from alerts.delivery.addresses import network, refusal

REFUSED = {
    "0.0.0.0": "unspecified",  # noqa: S104 - what must not be sent to
    "127.0.0.1": "loopback",
    "127.8.8.8": "loopback",
    "10.0.0.1": "private",
    "172.16.0.1": "private",
    "192.168.1.1": "private",
    "100.64.0.1": "not on the public internet",
    "100.100.100.200": "metadata",
    "168.63.129.16": "metadata",
    "169.254.169.254": "link-local",
    "192.0.2.1": "private",
    "198.18.0.1": "private",
    "224.0.0.1": "multicast",
    "240.0.0.1": "private",
    "255.255.255.255": "private",
    "::": "unspecified",
    "::1": "loopback",
    "fe80::1": "link-local",
    "fc00::1": "private",
    "fd00:ec2::254": "metadata",
    "ff02::1": "multicast",
    "2001:db8::1": "private",
    "::ffff:127.0.0.1": "loopback",
    "::ffff:169.254.169.254": "link-local",
    "64:ff9b::a9fe:a9fe": "link-local",
    "64:ff9b::7f00:1": "loopback",
    "2002:7f00:1::1": "loopback",
    "2001:0:a9fe:a9fe::1": "link-local",
    "::7f00:1": "reserved",
}


@pytest.mark.parametrize(("address", "kind"), REFUSED.items())
def test_what_is_not_public_is_refused_and_says_what_it_is(address, kind):
    said = refusal(ip_address(address))
    assert said is not None
    assert kind in said


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_what_is_public_may_be_sent_to(address):
    assert refusal(ip_address(address)) is None


def test_what_the_operator_names_may_be_sent_to_and_nothing_beside_it():
    allowed = [ip_network("10.1.0.0/16"), ip_network("fd00:1::/32")]
    assert refusal(ip_address("10.1.2.3"), allowed) is None
    assert refusal(ip_address("::ffff:10.1.2.3"), allowed) is None
    assert refusal(ip_address("fd00:1::9"), allowed) is None
    assert refusal(ip_address("10.2.0.1"), allowed) is not None
    assert refusal(ip_address("fd00:2::9"), allowed) is not None


@pytest.mark.parametrize("text", ["10.1.0.1/16", "10.1", "everywhere"])
def test_a_network_is_written_exactly(text):
    with pytest.raises(ValueError, match=r"."):
        network(text)
