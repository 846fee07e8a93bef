"""Texts become vectors: only an input is counted."""

import base64
import json
import struct
from decimal import Decimal

import pytest

from fluxgate_app.tracking import CostSource, Status, Usage, track_gemini

TEXTS = ["How hot is boiling water?", "And how cold is ice?"]


@pytest.fixture(params=["openai", "gemini"])
def vendor(request):
    return request.param


async def embed(caller):
    if caller.vendor == "gemini":
        models = caller.tracked.aio.models if caller.is_async else caller.tracked.models
        answer = models.embed_content(model="gemini-embedding-001", contents=TEXTS)
    else:
        answer = caller.tracked.embeddings.create(model="text-embedding-3-small", input=TEXTS)
    return await answer if caller.is_async else answer


def counted(caller):
    if caller.vendor == "gemini":
        return caller.reply("embed/answer.json")
    vector = base64.b64encode(struct.pack("<2f", 0.5, -0.25)).decode()
    data = [{"object": "embedding", "index": i, "embedding": vector} for i in range(2)]
    usage = {"prompt_tokens": 1000, "total_tokens": 1000}
    return json.dumps({"object": "list", "data": data, "model": "text-embedding-3-small", "usage": usage}).encode()


async def test_what_the_vendor_counted_is_recorded(caller):
    caller.wire.says(counted(caller))
    answer = await embed(caller)
    start, end = caller.sink.starts[0], caller.sink.end
    assert (start.kind, start.is_streamed) == ("embedding", False)
    assert (end.status, end.usage) == (Status.SUCCESS, Usage(1000, 0))
    # 0.15 and 0.02 USD a million.
    assert end.cost == {"gemini": Decimal("0.00015"), "openai": Decimal("0.00002")}[caller.vendor]
    assert end.cost_source is CostSource.COMPUTED
    assert answer.fluxgate_cost_tracking_response.cost == end.cost


@pytest.mark.parametrize("vendor", ["gemini"])
async def test_what_it_did_not_count_is_estimated(caller):
    caller.wire.says(caller.reply("embed/uncounted.json"))
    answer = await embed(caller)
    end = caller.sink.end
    assert len(answer.embeddings) == 2
    # Twelve tokens of OpenAI's are a little more of Google's.
    assert (end.status, end.usage, end.raw_usage) == (Status.SUCCESS, Usage(13, 0), None)
    assert (end.cost, end.cost_source) == (Decimal("0.00000195"), CostSource.ESTIMATED)


def test_counts_at_each_vector_are_added(make, sink):
    from google.genai import Client
    from google.oauth2.credentials import Credentials

    caller = make("gemini", is_async=False)
    http = {"httpx_client": caller.bare._api_client._httpx_client}
    where = {"project": "p", "location": "us-central1", "credentials": Credentials("token")}
    client = track_gemini(Client(enterprise=True, http_options=http, **where), sink=sink)
    caller.wire.says(caller.reply("embed/vertex.json"))
    client.models.embed_content(model="text-embedding-005", contents=TEXTS)
    assert sink.end.usage == Usage(1000, 0)
    counts = [{"truncated": False, "tokenCount": 600.0}, {"truncated": False, "tokenCount": 400.0}]
    assert sink.end.raw_usage == {"statistics": counts}
    assert sink.starts[0].endpoint_host == "us-central1-aiplatform.googleapis.com"


async def test_a_refusal_is_recorded_and_raised(caller):
    caller.wire.says(caller.reply("rate_limited.json"), status=429)
    with pytest.raises(Exception, match="429"):
        await embed(caller)
    assert (caller.sink.end.status, caller.sink.end.cost) == (Status.RATE_LIMITED, 0)
