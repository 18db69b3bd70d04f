"""The one client that speaks to others: where it connects, how long it waits, how much it reads."""

import ssl
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from alerts.delivery.addresses import network
from alerts.delivery.outbound import NotDelivered, Target
from tests.alerts.delivery.receivers import receiving, speaking

HERE = (network("127.0.0.0/8"),)


def target(url: str, **changes) -> Target:
    return Target(url, **{"allow_http": True, "networks": HERE, "timeout_s": 5.0, **changes})


def refused(url: str, **changes) -> NotDelivered:
    with pytest.raises(NotDelivered) as refusal:
        target(url, **changes).post(b"{}", {})
    return refusal.value


def test_a_body_is_posted_with_its_headers():
    with receiving(202) as server:
        answered = target(f"{server.url}?a=1").post(b"{}", {"Content-Type": "application/json", "X-One": "1"})
    (request,) = server.requests
    assert (answered.status, request.path, request.body) == (202, "/hook?a=1", b"{}")
    assert (request.headers["X-One"], request.headers["Host"]) == ("1", server.url[7:-5])


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0x7f.1", "2130706433"])
def test_this_machine_is_refused_however_it_is_written(host):
    with receiving() as server:
        port = server.url.split(":")[2].removesuffix("/hook")
        assert refused(f"http://{host}:{port}/", networks=()).kind in {"refused_address", "unresolved"}
    assert server.requests == []


def test_a_name_that_changes_its_mind_between_check_and_connection_gains_nothing():
    answers = [["127.0.0.1"], ["169.254.169.254"]]
    with receiving() as server:
        url = server.url.replace("127.0.0.1", "rebinding.example")
        target(url, resolve=lambda *_: answers.pop(0)).post(b"{}", {})
    assert len(server.requests) == 1
    assert answers == [["169.254.169.254"]]


def test_a_name_with_one_good_address_is_sent_to_that_one():
    with receiving() as server:
        url = server.url.replace("127.0.0.1", "mixed.example")
        target(url, resolve=lambda *_: ["169.254.169.254", "10.0.0.1", "127.0.0.1"]).post(b"{}", {})
    assert len(server.requests) == 1


def test_a_name_with_no_good_address_says_why_for_each():
    error = refused("http://inside.example/", resolve=lambda *_: ["10.0.0.1", "fe80::1%eth0"])
    assert error.kind == "refused_address"
    assert "10.0.0.1 is private; fe80::1 is link-local" in str(error)


def test_a_name_that_is_none_is_told_from_a_refused_one():
    def nobody(*_):
        raise OSError("Name or service not known")

    assert refused("http://nowhere.example/", resolve=nobody).kind == "unresolved"


def test_a_redirect_is_an_answer_and_is_not_followed():
    with receiving() as inside, receiving(302, Location=inside.url) as outside:
        assert target(outside.url).post(b"{}", {}).status == 302
    assert inside.requests == []


def test_proxies_of_the_environment_are_not_used(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with receiving() as server:
        assert target(server.url).post(b"{}", {}).status == 204


def test_what_a_server_asks_for_is_told():
    with receiving(503, Retry_After="120") as server:
        answered = target(server.url).post(b"{}", {})
    assert (answered.status, answered.retry_after) == (503, "120")


def test_one_clock_runs_over_an_answer_that_drips():
    def drip(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for n in range(200):
            connection.sendall(f"X-{n}: 1\r\n".encode())
            sleep(0.02)

    began = monotonic()
    with speaking(drip) as url:
        assert refused(url, timeout_s=0.3).kind == "timeout"
    assert monotonic() - began < 2


def test_a_server_that_says_nothing_runs_out_of_time():
    with speaking(lambda _: sleep(0.4)) as url:
        assert refused(url, timeout_s=0.2).kind == "timeout"


def test_an_endless_answer_is_read_up_to_a_limit():
    sent = []

    def flood(connection):
        connection.recv(1 << 16)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        while True:
            sent.append(connection.send(b"x" * 65_536))

    with speaking(flood) as url:
        assert target(url).post(b"{}", {}).status == 200
    assert sum(sent) < 50_000_000


def test_too_many_headers_are_no_answer():
    def shout(connection):
        connection.recv(1 << 16)
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 500 + b"\r\n")

    with speaking(shout) as url:
        assert refused(url).kind == "protocol"


def test_what_a_server_says_is_not_shown_to_anybody():
    with speaking(lambda connection: connection.recv(1 << 16) and connection.sendall(b"secret\r\n\r\n")) as url:
        error = refused(url)
    assert (error.kind, "secret" in str(error)) == ("protocol", False)


def test_nobody_there_is_unreachable():
    with receiving() as server:
        pass
    assert refused(server.url).kind == "unreachable"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://hooks.example.com", "expected one such as"),
        ("hooks.example.com", "expected one such as"),
        ("https://", "expected one such as"),
        ("https://me:secret@hooks.example.com", "user or password"),
        ("http://hooks.example.com", "allow_http"),
        ("https://hooks.example.com:99999", "is none"),
        ("https://[::1", "is none"),
    ],
)
def test_a_url_that_cannot_be_sent_to_is_refused_where_it_is_written(url, said):
    with pytest.raises(ValueError, match=said) as refusal:
        Target(url)
    assert "secret" not in str(refusal.value)


@pytest.fixture
def certificate(tmp_path):
    """A certificate of hooks.example, signed by itself."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    path = tmp_path / "server.pem"
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()) + made.public_bytes(pem)
    )
    return path


def test_tls_proves_the_name_although_the_address_is_dialled(certificate, monkeypatch):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    with receiving(context=context) as server:
        named, other = (server.url.replace("127.0.0.1", host) for host in ("hooks.example", "other.example"))
        assert refused(named, resolve=lambda *_: ["127.0.0.1"]).kind == "tls"  # nobody we trust has signed it
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert target(named, resolve=lambda *_: ["127.0.0.1"]).post(b"{}", {}).status == 204
        assert refused(other, resolve=lambda *_: ["127.0.0.1"]).kind == "tls"
    assert len(server.requests) == 1
