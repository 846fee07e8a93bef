"""Turn texts into vectors that are near each other where the texts mean the same."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from fluxgate_app.accounts.allowed_models import EVERY_MODEL, AllowedModels
from fluxgate_app.chat.completion import Completions, failed, whole
from fluxgate_app.chat.dialects import EMBEDDERS
from fluxgate_app.chat.note import CallNote, Tracking
from fluxgate_app.errors import Invalid
from fluxgate_app.providers.catalogue import Model
from fluxgate_app.tracking import Context, Owner

MODEL = "text-embedding-3-small"
# OpenAI takes 300,000 tokens in one request, and a token is never shorter than a byte.
BATCH_BYTES = 300_000


@dataclass(frozen=True, slots=True)
class Embedded:
    """A vector for each text, in their order. `tracking` adds up all calls, under the id of the first."""

    vectors: list[list[float]]
    tokens: int | None
    tracking: Tracking


async def choose(
    completions: Completions, model: str | None, provider: str | None, allowed: AllowedModels = EVERY_MODEL
) -> Model:
    """The model that a request means. Raises what `Completions.choose` does, Invalid for one without embeddings."""
    chosen = await completions.choose(model or MODEL, provider, allowed)
    if chosen.provider.dialect not in EMBEDDERS or chosen.provider.origin == "local":
        raise Invalid(f"{chosen.provider.title} has no embeddings here: use {MODEL}")
    return chosen


async def embed(completions: Completions, texts: list[str], model: Model, owner: Owner, context: Context) -> Embedded:
    """Ask for all of them, in as many calls as it takes. Raises ProviderFailed, Blocked by a budget."""
    client = await completions.client(model, owner, context)
    vectors: list[list[float]] = []
    calls: list[Tracking] = []
    for batch in _batches(texts):
        note = CallNote()
        hold = await completions.admit(model, owner, context, partial(iter, batch), most_tokens=0)
        try:
            with completions.noting(note, hold):
                vectors += await EMBEDDERS[model.provider.dialect].embed(client, model.name, batch)
        except Exception as error:
            raise failed(error, model, note) from error
        calls.append(whole(note))
    costs, tokens = [call.cost for call in calls], [call.usage.total_tokens for call in calls]
    tracking = replace(calls[0], cost=None if None in costs else sum(filter(None, costs), Decimal(0)))
    return Embedded(vectors, None if None in tokens else sum(filter(None, tokens)), tracking)


def _batches(texts: list[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    room = BATCH_BYTES
    for text in texts:
        size = len(text.encode())
        if batch and size > room:
            yield batch
            batch, room = [], BATCH_BYTES
        batch.append(text)
        room -= size
    yield batch
