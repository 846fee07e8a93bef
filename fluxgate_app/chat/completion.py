"""Ask a model, whole or as it comes: the one way from a question to a provider, recorded each time."""

import logging
from collections.abc import AsyncGenerator, Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import anyio

from fluxgate_app.chat.choice import Choice
from fluxgate_app.chat.clients import Clients
from fluxgate_app.chat.completion_stream import CompletionStream
from fluxgate_app.chat.deltas import AllDeltas, Deltas, TextDeltas, cleaned
from fluxgate_app.chat.dialects import DIALECTS, Address, Dialect, Line, Stream
from fluxgate_app.chat.failures import cut_short, provider_failed
from fluxgate_app.chat.note import CallNote, NotingSink, Tracking
from fluxgate_app.chat.parts import Delta, Said, Text
from fluxgate_app.chat.pricing import Rules, prices_of
from fluxgate_app.chat.request import ChatRequest
from fluxgate_app.errors import Blocked, ProviderFailed
from fluxgate_app.events.budgets.budgets import Budgets
from fluxgate_app.events.budgets.hold import Hold
from fluxgate_app.events.budgets.question import Question
from fluxgate_app.providers.catalogue import Catalogue, Model
from fluxgate_app.settings import Settings
from fluxgate_app.tracking import Context, Owner, Sink, Status, Usage
from fluxgate_app.tracking.watch import watched

logger = logging.getLogger(__name__)

_CLOSING_SECONDS = 1

D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. `model` is the one that was asked; `content` is all the text, `first_text` its first block.

    `parts` is all of it: text, reasoning and tool calls.
    """

    content: str
    first_text: str
    usage: Usage
    tracking: Tracking
    model: str
    parts: tuple[Said, ...]


class Completions:
    """Answers from every provider in the catalogue, each handed to `sink`; `rules` come before all other prices.

    With `budgets` no call leaves that these do not admit. `choose` finds the model that a request means.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        sink: Sink,
        settings: Settings,
        rules: Rules = tuple,
        budgets: Budgets | None = None,
    ):
        self._budgets = budgets
        self._rules = rules
        self._sink = NotingSink(sink)
        self._timeout = settings.provider_timeout_seconds
        self._clients = Clients()
        self.choose = Choice(catalogue, self._clients).choose

    async def complete(self, request: ChatRequest, model: Model | None = None) -> Answer:
        """The whole answer, of this model or the one that the request names.

        Raises as `choose`, and ProviderFailed; Blocked by a budget.
        """
        model = model or await self.choose(request.model, request.provider)
        return await self._whole(request, model, CallNote(), "chat-api")

    def stream(self, request: ChatRequest, model: Model | None = None) -> CompletionStream[str]:
        """The text as it comes, of this model or the named one. Its first step raises what `choose` raises."""
        note = CallNote()
        deltas = (
            self._deltas(request, model, note, TextDeltas) if request.is_streamed else self._one(request, model, note)
        )
        return CompletionStream(deltas, note)

    def stream_all(self, request: ChatRequest, model: Model | None = None) -> CompletionStream[Delta]:
        """The same with reasoning and tool calls."""
        note = CallNote()
        return CompletionStream(self._deltas(request, model, note, AllDeltas), note)

    async def client(self, model: Model, owner: Owner, context: Context) -> Any:
        """The vendor's client for the calls of one request alone: its owner and context, the shared connections."""
        provider, dialect = model.provider, DIALECTS[model.provider.dialect]
        address = Address(provider.base_url, provider.api_key or "none", self._timeout, provider.api_version)
        line = Line(self._sink, provider.name, provider.origin, owner, prices_of(provider, self._rules))
        tracked = dialect.tracked(await self._clients.get(provider.dialect, address), line)
        return tracked.with_context(
            feature=context.feature,
            step=context.step,
            user=context.user,
            session_id=context.session_id,
            conversation_id=context.conversation_id,
            metadata=context.metadata,
            cost_override=context.cost_override,
        )

    async def admit(
        self,
        model: Model,
        owner: Owner,
        context: Context,
        read: Callable[[], Iterable[str]],
        most_tokens: int | None = None,
        *,
        streams: bool = False,
    ) -> Hold | None:
        """What a call may spend that reads these texts and writes so much; None where no budget applies.

        Raises Blocked. Whoever gets a hold has to pass it on to `noting` without waiting for anything.
        """
        if self._budgets is None:
            return None
        question = partial(self._question, model, context, read, most_tokens, streams)
        return await self._budgets.admit(owner, context.feature, question)

    async def check(self, model: Model, owner: Owner, context: Context, asked: str) -> None:
        """Raises Blocked when a budget has nothing left for this model to read that, before anything is begun."""
        if self._budgets is not None:
            question = partial(self._question, model, context, lambda: [asked], None, True)
            await self._budgets.check(owner, context.feature, question)

    def _question(
        self,
        model: Model,
        context: Context,
        read: Callable[[], Iterable[str]],
        most_tokens: int | None,
        streams: bool,
    ) -> Question:
        provider = model.provider
        prices = prices_of(provider, self._rules)
        return Question(provider.name, model.name, prices, read, most_tokens, context.cost_override, streams)

    @contextmanager
    def noting(self, note: CallNote, hold: Hold | None = None) -> Generator[None]:
        """The call that begins within is this note's, and spends what is held."""
        with self._sink.noting(note), watched(hold):
            yield

    async def close(self) -> None:
        """Give all connections to providers back."""
        await self._clients.close()

    async def _whole(self, request: ChatRequest, model: Model, note: CallNote, feature: str) -> Answer:
        context, prompt = request.context_for(feature), request.prompt(model.name)
        try:
            client = await self.client(model, request.owner, context)
            hold = await self.admit(model, request.owner, context, prompt.words, request.max_tokens)
            with self.noting(note, hold):
                said = await DIALECTS[model.provider.dialect].ask(client, prompt)
        except Blocked:
            raise
        except Exception as error:
            raise failed(error, model, note) from error
        tracking, parts = whole(note), tuple(map(cleaned, said))
        texts = [part.text for part in parts if isinstance(part, Text)]
        return Answer("".join(texts), next(iter(texts), ""), tracking.usage, tracking, model.name, parts)

    async def _one(self, request: ChatRequest, model: Model | None, note: CallNote) -> AsyncGenerator[str]:
        model = model or await self.choose(request.model, request.provider)
        answer = await self._whole(request, model, note, "chat-api")
        if answer.content:
            yield answer.content

    async def _deltas(
        self, request: ChatRequest, model: Model | None, note: CallNote, read: Callable[[Dialect], Deltas[D]]
    ) -> AsyncGenerator[D]:
        model = model or await self.choose(request.model, request.provider)
        dialect, prompt = DIALECTS[model.provider.dialect], request.prompt(model.name)
        deltas, context = read(dialect), request.context_for("streaming-chat")
        try:
            client = await self.client(model, request.owner, context)
            hold = await self.admit(model, request.owner, context, prompt.words, request.max_tokens, streams=True)
            with self.noting(note, hold):
                stream = await dialect.stream(client, prompt)
            try:
                async for chunk in stream:
                    for delta in deltas.feed(chunk):
                        yield delta
            finally:
                await _close(stream)
            for delta in deltas.rest():
                yield delta
        except Blocked as error:
            error.tracking_id = note.tracking_id
            raise
        except Exception as error:
            raise failed(error, model, note) from error
        whole(note)


def failed(error: Exception, model: Model, note: CallNote) -> ProviderFailed:
    """What to tell of a call that raised this."""
    told = provider_failed(error, model.provider.title, note.tracking.status if note.tracking else None)
    if told.code == "failed":
        # Its text may quote the prompt.
        logger.warning("call %s to %s failed with %s", note.tracking_id, model.name, type(error).__name__)
    told.tracking_id = note.tracking_id
    return told


def whole(note: CallNote) -> Tracking:
    """How a call that is over has ended. Raises ProviderFailed for an answer that was cut short."""
    tracking = note.settled()
    if tracking.status is Status.ERROR:
        cut = cut_short()
        cut.tracking_id = tracking.tracking_id
        raise cut
    return tracking


async def _close(stream: Stream) -> None:
    # Shielded, as a client that left has cancelled us; limited, as closing must never hang.
    with anyio.move_on_after(_CLOSING_SECONDS, shield=True):
        await stream.aclose()
