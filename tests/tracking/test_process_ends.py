"""A program that ends in the middle of a stream, forks there or is killed: its call ends once."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from fluxgate_app.tracking.http_sink import HttpSink
from fluxgate_app.tracking.http_sink.backlog import Backlog
from fluxgate_app.tracking.journal import Journal

STREAM = Path(__file__).parent.parent / "replies" / "openai" / "stream.sse"
PROGRAM = f"""
import os, sys, threading, time
from pathlib import Path
import httpx2
from openai import OpenAI
from fluxgate_app.tracking import track_openai

def answer(request):
    body = Path({str(STREAM)!r}).read_bytes()
    return httpx2.Response(200, headers={{"content-type": "text/event-stream"}}, content=body)

http = httpx2.Client(transport=httpx2.MockTransport(answer))
client = track_openai(OpenAI(api_key="k", base_url="https://api.openai.com/v1", http_client=http))
messages = [{{"role": "user", "content": "How hot?"}}]
stream = client.chat.completions.create(model="gpt-4o", messages=messages, stream=True)
next(stream), next(stream), next(stream)
"""


def ends(tmp_path, then):
    """The events that this program leaves for a server that is away."""
    server = {"FLUXGATE_URL": "http://127.0.0.1:9", "FLUXGATE_API_KEY": "k", "FLUXGATE_SPOOL_DIR": str(tmp_path)}
    program = [sys.executable, "-c", PROGRAM + then]
    ran = subprocess.run(program, env=os.environ | server, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    lines = [line for path in tmp_path.rglob("*.jsonl") for line in path.read_text().splitlines()]
    return [json.loads(line.split(" ", 2)[2]) for line in lines if line.startswith("ended")]


def test_a_program_that_ends_lets_go_of_its_streams(tmp_path):
    (end,) = ends(tmp_path, "")
    assert (end["performance"]["status"], end["costSource"]) == ("CANCELLED", "estimated")
    assert end["tokens"]["outputTokens"] == 2


def test_so_does_one_whose_stream_is_read_by_a_thread_that_ends_with_it(tmp_path):
    wait = "threading.Thread(target=lambda stream: time.sleep(60), args=(stream,), daemon=True).start(); del stream"
    (end,) = ends(tmp_path, wait)
    assert end["performance"]["status"] == "CANCELLED"


def test_a_fork_that_drops_its_copy_of_a_stream_ends_no_call(tmp_path):
    fork = """
if os.fork() == 0:
    del stream
    time.sleep(0.1)
    sys.exit()
os.wait()
for _ in stream:
    pass
"""
    (end,) = ends(tmp_path, fork)
    assert end["performance"]["status"] == "SUCCESS"


async def killed(caller):
    stream = await caller.half()
    os.kill(os.getpid(), signal.SIGKILL)
    await caller.close(stream)


def test_a_killed_process_leaves_its_call_behind_as_interrupted(vendor, make, tmp_path):
    for is_async in (True, False):
        caller = make(vendor, is_async, sink=HttpSink("http://127.0.0.1:9", "k", spool=tmp_path))
        child = os.fork()
        if child == 0:
            asyncio.run(killed(caller))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        (folder,) = tmp_path.iterdir()
        (journal,) = Journal.orphans(folder)
        left = Backlog(journal)
        assert left.batch()[1] == []
        (event,) = left.open.values()
        assert json.loads(event)["performance"] == {"status": "INTERRUPTED", "isStreamed": True}
        journal.remove()
