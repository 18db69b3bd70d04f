"""The listeners start on the ports they are given, keep out of the process's signals, and drain before they stop."""

import asyncio
import signal
import socket

import grpc
import pytest
import uvloop

from collector.accounts import Accounts
from collector.otlp import listen
from collector.otlp.limits import Limits, table
from collector.otlp.receiver import Receiver
from collector.otlp.schema import SERVICE
from collector.signals import Signal
from tests.collector.otlp.peers import LITTLE, Keeper, Slow, edge, request_with


async def test_both_listeners_take_free_ports_and_leave_signal_handlers_alone():
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    async with edge(Keeper()) as running:
        assert 0 < running.listeners.http_port != running.listeners.grpc_port > 0
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


@pytest.mark.parametrize("taken", ["http_port", "grpc_port"])
async def test_a_port_that_is_taken_is_said_so_and_nothing_is_left_listening(taken):
    with socket.create_server(("127.0.0.1", 0)) as other, socket.create_server(("127.0.0.1", 0)) as free:
        ports = {"http_port": free.getsockname()[1], "grpc_port": 0} | {taken: other.getsockname()[1]}
        free.close()
        receiver = Receiver(Keeper(), Accounts(), Limits())
        with pytest.raises(listen.CannotListen, match=str(other.getsockname()[1])):
            await listen.start(receiver, **ports)
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", free_port(ports, taken))


def free_port(ports, taken):
    """The HTTP port, or any that is free when that is the one taken."""
    if taken == "grpc_port":
        return ports["http_port"]
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


async def test_requests_in_progress_are_answered_before_the_listeners_stop():
    slow = Slow()
    async with edge(slow) as running:
        posted = asyncio.create_task(running.post(content=request_with()))
        await slow.waiting.wait()
        stopping = asyncio.create_task(listen.stop(running.listeners, grace_s=5))
        await asyncio.sleep(0.05)
        assert not stopping.done()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", running.listeners.http_port)
        slow.release.set()
        assert (await posted).status_code == 200
        await stopping


async def test_e3_e7_what_is_not_done_when_the_grace_ends_is_told_to_retry_and_never_500():
    slow = Slow()
    async with edge(slow) as running:
        posted = asyncio.create_task(running.post(content=request_with()))
        async with grpc.aio.insecure_channel(running.target) as channel:
            await slow.waiting.wait()
            slow.waiting.clear()
            exported = channel.unary_unary(f"/{SERVICE[Signal.TRACES]}/Export")(request_with())
            await slow.waiting.wait()
            await listen.stop(running.listeners, grace_s=0.1)
            assert (await posted).status_code == 503
            assert await exported.code() is grpc.StatusCode.UNAVAILABLE
        slow.release.set()


async def test_an_idle_keep_alive_connection_does_not_hold_up_the_stop():
    async with edge(Keeper()) as running:
        await running.post()
        async with asyncio.timeout(1):
            await listen.stop(running.listeners, grace_s=30)


def test_the_edge_works_the_same_under_uvloop():
    async def story():
        keeper = Keeper()
        async with edge(keeper, LITTLE) as running:
            posted = await running.post(content=request_with())
            refused = await running.post(content=bytes(900_000))
            reader, writer = await asyncio.open_connection("127.0.0.1", running.listeners.http_port)
            late = await reader.read()
            writer.close()
            async with grpc.aio.insecure_channel(running.target) as channel:
                await channel.unary_unary(f"/{SERVICE[Signal.TRACES]}/Export")(request_with())
        return posted.status_code, refused.status_code, late[9:12], len(keeper.kept)

    assert uvloop.run(story()) == (200, 413, b"408", 2)


def test_every_limit_has_a_reason():
    assert all(len(why) > 20 for _, _, why in table(Limits()))
