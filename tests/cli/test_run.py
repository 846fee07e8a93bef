"""`fluxgate run`: one port, a link for the first admin, an orderly end."""

import signal
import socket
import time
from urllib.parse import urlsplit

import httpx2
import pytest


@pytest.fixture
def taken_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_it_prints_a_setup_link_until_an_admin_exists(start_server):
    first = start_server()
    link = first.log.read_text().split("Create the first admin at ")[1].split()[0]
    assert link.startswith(f"{first.url}/setup?token=")
    assert first.stop() == 0
    again = start_server(
        FLUXGATE_DATA_DIR=str(first.data_dir),
        FLUXGATE_ADMIN_EMAIL="ada@example.com",
        FLUXGATE_ADMIN_PASSWORD="correct horse battery",
    )
    assert "first admin" not in again.log.read_text()


def test_it_knows_its_public_address_and_ends_when_it_is_told(start_server):
    server = start_server(FLUXGATE_PUBLIC_URL="https://chat.example.com")
    assert "Create the first admin at https://chat.example.com/setup?token=" in server.log.read_text()
    assert httpx2.get(server.url).headers["strict-transport-security"] == "max-age=31536000"
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(timeout=5) == 0
    assert "Traceback" not in server.log.read_text()


def test_a_killed_server_gives_its_port_back(start_server):
    server = start_server()
    address = (urlsplit(server.url).hostname, urlsplit(server.url).port)
    server.process.kill()
    deadline = time.monotonic() + 5
    while (taken := is_taken(address)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not taken


def is_taken(address: tuple[str, int]) -> bool:
    try:
        socket.create_server(address).close()
    except OSError:
        return True
    return False


def test_it_refuses_a_port_that_is_taken(fluxgate, taken_port):
    ended = fluxgate("run", "--port", str(taken_port))
    assert ended.code == 1
    assert ended.err == (
        f"Port {taken_port} on 127.0.0.1 is taken: stop what listens there, or choose another with --port\n"
    )


def test_it_refuses_a_host_that_is_not_this_machine(fluxgate):
    ended = fluxgate("run", "--port", "0", "--host", "203.0.113.1")
    assert ended.code == 2
    assert ended.err.startswith("--host 203.0.113.1 is not an address of this machine")


def test_it_refuses_a_number_that_is_no_port(fluxgate):
    ended = fluxgate("run", "--port", "65536")
    assert ended.code == 2
    assert "--port" in ended.err


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "http://127.0.0.1"])
def test_it_refuses_a_redis_that_does_not_answer(fluxgate, monkeypatch, url):
    monkeypatch.setenv("FLUXGATE_REDIS_URL", url)
    ended = fluxgate("run", "--port", "0")
    assert ended.code == 2
    assert ended.err.startswith("FLUXGATE_REDIS_URL: no Redis answers there")


def test_it_refuses_an_endpoint_with_a_name_that_is_taken(fluxgate, monkeypatch):
    monkeypatch.setenv("FLUXGATE_ENDPOINTS", '[{"name": "openai", "baseUrl": "http://127.0.0.1:1/v1"}]')
    ended = fluxgate("run", "--port", "0")
    assert ended.code == 2
    assert ended.err.startswith("FLUXGATE_ENDPOINTS: names must differ")
