"""The answers being written in this process: started, found again, stopped."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from fluxgate_app.accounts.allowed_models import EVERY_MODEL, AllowedModels
from fluxgate_app.chat import attachments, conversations, deletion, snapshots, turns
from fluxgate_app.chat.completion import Completions
from fluxgate_app.chat.generation import Generation
from fluxgate_app.chat.messages import check_question
from fluxgate_app.chat.prompt import newest_turns, without_images
from fluxgate_app.chat.request import ChatRequest
from fluxgate_app.chat.saver import Saver
from fluxgate_app.chat.turns import Turn
from fluxgate_app.db import Database
from fluxgate_app.errors import Unauthorized
from fluxgate_app.providers.catalogue import Model
from fluxgate_app.tracking import Context, Owner, Status

# A follower that lost its connection finds the end of its answer here for so long; afterwards, in the database.
KEPT_SECONDS = 60
CLOSING_SECONDS = 2.0
FEATURE = "chat"


class Generations:
    """All of them. `process_id` is the one under which this process holds its lease (see ProcessLease)."""

    def __init__(self, database: Database, completions: Completions, process_id: str, max_message_chars: int):
        self._database = database
        self._completions = completions
        self._process_id = process_id
        self._max_message_chars = max_message_chars
        self._saver = Saver(database, process_id)
        self._by_message: dict[str, Generation] = {}
        self._starting: set[asyncio.Task[Generation]] = set()

    async def start(
        self,
        owner: Owner,
        conversation_id: str,
        question: str,
        *,
        model: str | None = None,
        provider: str | None = None,
        persona: str | None = None,
        system: str | None = None,
        temperature: float | None = None,
        max_tokens: int | None = None,
        context: Context | None = None,
        allowed: AllowedModels = EVERY_MODEL,
        files: tuple[str, ...] = (),
    ) -> Generation:
        """Save the question and an empty answer, then have it written. What is None, the conversation decides.

        `files` are the ids of attachments. Raises Invalid for a question that is none or too long, or a file that
        cannot be sent, NotFound for a conversation that is not the owner's,
        Conflict while another answer is being written there, and what the catalogue raises for the model; nothing is
        saved then. Blocked and Forbidden likewise, when a budget is used up and for a model that is not allowed.
        """
        check_question(question, self._max_message_chars)
        account_id = _account(owner)
        conversation = await self._database.read(conversations.get, account_id, conversation_id)
        chosen = await self._completions.choose(model or conversation.model, provider, allowed)
        if files:
            await self._database.read(attachments.check_readable, account_id, files, chosen)
        request = ChatRequest([], None, None, system, temperature, max_tokens, persona, owner=owner)
        context = _for_chat(context)
        await self._completions.check(chosen, owner, context, question)

        async def begin() -> Generation:
            turn = await self._database.write(
                turns.begin,
                account_id,
                conversation_id,
                question,
                model=chosen.id,
                persona=persona,
                process_id=self._process_id,
                attachments=files,
            )
            return self._run(turn, chosen, request, context)

        return await self._begin(begin())

    async def retry(
        self,
        owner: Owner,
        message_id: str,
        *,
        model: str | None = None,
        question: str | None = None,
        goes_on: bool = False,
        request: ChatRequest | None = None,
        allowed: AllowedModels = EVERY_MODEL,
    ) -> Generation:
        """Have another answer, maybe to another question in this one's place, or go on where an answer broke off.

        How it is to be answered, `request` says. Raises Invalid for a question that is none or too long, and
        NotFound, Invalid and Conflict as `turns.begin_again` does, Blocked when a budget is used up; nothing is
        changed then.
        """
        account_id = _account(owner)
        if question is not None:
            check_question(question, self._max_message_chars)
        before = await self._database.read(turns.model_to_retry, account_id, message_id)
        chosen = await self._completions.choose(model or before, None, allowed)
        request = replace(request or ChatRequest([]), owner=owner)
        context = _for_chat(request.context)
        await self._completions.check(chosen, owner, context, question or "")

        async def begin() -> Generation:
            turn = await self._database.write(
                turns.begin_again,
                account_id,
                message_id,
                model=chosen.id,
                process_id=self._process_id,
                question=question,
                goes_on=goes_on,
                is_cut=goes_on and await self._is_cut(message_id),
            )
            return self._run(turn, chosen, request, context)

        return await self._begin(begin())

    def get(self, message_id: str) -> Generation | None:
        """The one that writes this message here, or has within the last minute."""
        return self._by_message.get(message_id)

    @property
    def open(self) -> int:
        """How many answers are being written in this process."""
        return sum(not one.ended for one in self._by_message.values())

    def running(self, conversation_id: str) -> Generation | None:
        """The one that is being written in this conversation."""
        here = (one for one in self._by_message.values() if one.conversation_id == conversation_id)
        return next((one for one in here if not one.ended), None)

    async def delete(self, owner: Owner, conversation_id: str) -> None:
        """Delete a conversation; what is being written there is stopped first. Raises NotFound."""
        await self._stop_writing(owner, conversation_id)
        await self._database.write(deletion.delete, _account(owner), conversation_id)

    async def delete_message(self, owner: Owner, message_id: str) -> None:
        """Delete a message with all that followed. Raises NotFound, and Conflict while an answer is written there."""
        await self._database.write(deletion.delete_message, _account(owner), message_id, self._process_id)

    async def look_at(self, owner: Owner, message_id: str) -> str:
        """Look at a conversation along the newest path over this message; gives the conversation's id.

        Raises NotFound, and Conflict while an answer is written there.
        """
        return await self._database.write(turns.look_at, _account(owner), message_id, self._process_id)

    async def discard(self, owner: Owner, conversation_id: str) -> None:
        """The same where it can be undone for a moment, with `deletion.restore`; `sweep` deletes it then."""
        await self._stop_writing(owner, conversation_id)
        await self._database.write(deletion.discard, _account(owner), conversation_id)

    async def sweep(self) -> int:
        """Mark as interrupted what processes that are gone left unfinished; says how many answers.

        What was discarded a while ago is deleted.
        """
        found = await self._database.read(snapshots.abandoned, self._process_id)
        if found:
            await self._database.write(snapshots.interrupt, found)
        if await self._database.read(deletion.due):
            await self._database.write(deletion.delete_due)
        return len(found)

    async def close(self) -> None:
        """End with the process: what is being written is interrupted and saved, within two seconds."""
        if self._starting:
            await asyncio.wait(self._starting, timeout=CLOSING_SECONDS / 2)
        for generation in self._by_message.values():
            generation.interrupt()
        await self._saver.close(CLOSING_SECONDS / 2)

    async def _is_cut(self, message_id: str) -> bool:
        # What has just ended may not be stored yet.
        if (written := self._by_message.get(message_id)) and written.tracking:
            return written.tracking.status is Status.MAX_TOKENS
        return await self._database.read(turns.is_cut, message_id)

    async def _stop_writing(self, owner: Owner, conversation_id: str) -> None:
        await self._database.read(conversations.get, _account(owner), conversation_id)
        if running := self.running(conversation_id):
            running.stop()
            await running.wait()

    async def _begin(self, begin: Coroutine[Any, Any, Generation]) -> Generation:
        # Whoever asked may be gone by the time the rows are saved: then the answer is written all the same.
        starting = asyncio.create_task(begin)
        self._starting.add(starting)
        starting.add_done_callback(self._starting.discard)
        return await asyncio.shield(starting)

    def _run(self, turn: Turn, model: Model, request: ChatRequest, context: Context) -> Generation:
        context = replace(
            context,
            user=context.user or turn.user,
            conversation_id=turn.conversation_id,
        )
        said = turn.said if model.reads_images else without_images(turn.said)
        if model.context_tokens is not None:
            # The last quarter of the context is the answer's.
            said = newest_turns(said, model.context_tokens * 3 // 4)
        how = turn.manner
        request = replace(
            request,
            messages=said,
            model=None,
            persona=request.persona or how.persona,
            instructions=turn.instructions,
            temperature=how.temperature if request.temperature is None else request.temperature,
            max_tokens=how.max_tokens if request.max_tokens is None else request.max_tokens,
            is_streamed=how.is_streamed,
            context=context,
        )
        stream = self._completions.stream(request, model)
        generation = Generation(turn, request.owner.account or "", stream, self._written)
        self._by_message[turn.message_id] = generation
        self._saver.keep(generation)
        return generation

    def _written(self, generation: Generation) -> None:
        self._saver.written(generation)
        asyncio.get_running_loop().call_later(KEPT_SECONDS, self._forget, generation)

    def _forget(self, generation: Generation) -> None:
        # A retry has the same message and another generation.
        if self._by_message.get(generation.message_id) is generation:
            del self._by_message[generation.message_id]


def _for_chat(context: Context | None) -> Context:
    context = context or Context()
    return replace(context, feature=context.feature or FEATURE)


def _account(owner: Owner) -> str:
    if owner.account is None:
        raise Unauthorized
    return owner.account
