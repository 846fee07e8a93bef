"""Each client that the README shows, run from the page against a real server."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from fluxgate_app.providers.demo import DemoServer, Record
from fluxgate_app.settings import ROOT

from ..node import run_module
from .conftest import Api, Person

CLIENTS = (ROOT / "README.md").read_text().split("\n## Point any client at it\n")[1].split("\n## ")[0]
ANSWER = "Invented by the demo provider"
# Renders a component that uses the hook, as React would on a page, and asks.
IN_REACT = """
import { createElement } from "react";
import { act, create } from "react-test-renderer";

globalThis.IS_REACT_ACT_ENVIRONMENT = true;
let chat;
const Page = () => ((chat = useFluxGate("my-chat")), null);
await act(async () => create(createElement(Page)));
await act(() => chat.sendMessage({ text: "What is a hash table?" }));
console.log(JSON.stringify([chat.status, chat.messages.map(({ role }) => role), chat.messages.at(-1).parts]));
process.exit();
"""


@pytest.fixture(scope="module")
def vendor() -> Iterator[DemoServer]:
    with DemoServer(pace=0) as openai:
        yield openai


@pytest.fixture(scope="module")
def reader(start_api: Callable[..., Api], vendor: DemoServer) -> Person:
    """A reader of the README, whose server answers without a pause."""
    api = start_api(openai_base_url=vendor.openai_url)
    api.wiring.demo.pace = 0
    return api.person("reader")


def block(language: str, part: str, reader: Person) -> str:
    """The block of the page in which this occurs, with the reader's own address and key."""
    blocks = re.findall(rf"```{language}\n(.*?)```", CLIENTS, re.DOTALL)
    [shown] = [block for block in blocks if part in block]
    return shown.replace("http://127.0.0.1:3000", reader.url).replace("fg_…", reader.key)


@pytest.mark.parametrize(("part", "answers"), [("from openai import", 2), ("import httpx", 2)])
def test_the_python_clients_print_their_answers(reader, part, answers):
    ran = subprocess.run(
        [sys.executable, "-c", block("python", part, reader)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count(ANSWER) == answers


@pytest.mark.parametrize("part", ['from "openai"', "await fetch("])
def test_the_javascript_clients_print_their_answers(reader, node_packages, part):
    assert run_module(node_packages, block("js", part, reader)).count(ANSWER) == 1


def test_the_react_hook_shows_the_answer(reader, node_packages):
    said = run_module(node_packages, block("js", "useChat", reader) + IN_REACT)
    status, roles, parts = json.loads(said)
    assert (status, roles) == ("ready", ["user", "assistant"])
    assert ANSWER in "".join(part.get("text", "") for part in parts)


@contextmanager
def shell_loop(reader: Person) -> Iterator[subprocess.Popen[bytes]]:
    """The loop of the page, in a shell that one may interrupt."""
    command, pipe = ["sh", "-c", block("sh", "while", reader)], subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, start_new_session=True, bufsize=0
    ) as running:
        try:
            yield running
        finally:
            if running.poll() is None:
                os.killpg(running.pid, signal.SIGKILL)


def read_until(loop: subprocess.Popen[bytes], end: bytes) -> bytes:
    said = b""
    while end not in said:
        more = loop.stdout.read(4096)
        assert more, said
        said += more
    return said


def end_of(request: Record) -> str | None:
    deadline = time.monotonic() + 3
    while request.end is None and time.monotonic() < deadline:
        time.sleep(0.01)
    return request.end


def test_the_shell_loop_answers_whatever_is_typed_until_its_input_ends(reader, vendor):
    with shell_loop(reader) as loop:
        for question in (rb'What is "C:\new" & $HOME?', b"And a tree?"):
            loop.stdin.write(question + b"\n")
            assert ANSWER.encode() in read_until(loop, b"*\n> ")
            assert vendor.requests[-1].body["messages"][-1]["content"].encode() == question
        loop.stdin.close()
        assert loop.wait(10) == 0


def test_ctrl_c_stops_the_answer_and_not_the_shell_loop(start_api):
    with DemoServer(pace=5) as slow, shell_loop(start_api(openai_base_url=slow.openai_url).person("reader")) as loop:
        loop.stdin.write(b"What is a tree?\n")
        read_until(loop, b"The short")
        os.killpg(loop.pid, signal.SIGINT)
        assert ANSWER.encode() not in read_until(loop, b"\n> ")
        assert end_of(slow.requests[-1]) == "client left"
        loop.stdin.close()
        assert loop.wait(10) == 0
