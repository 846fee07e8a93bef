"""Write one answer at a believable pace, or fail in the way its model's scenario says."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Protocol

from fluxgate_app.providers.demo.answers import compose, compose_long, split
from fluxgate_app.providers.demo.asking import Ask
from fluxgate_app.providers.demo.calling import LEAD, Called
from fluxgate_app.providers.demo.connection import Reply
from fluxgate_app.providers.demo.scenarios import Scenario, find

Finish = Literal["stop", "length", "refused", "calls"] | None

MESSAGES = {
    401: "Incorrect API key provided.",
    429: "Rate limit reached. Please try again later.",
    500: "The server had an error while processing your request.",
    529: "Overloaded",
}


@dataclass(frozen=True, slots=True)
class Script:
    """What will be written, token by token, which tools are called then, and how it will have ended."""

    tokens: list[str]
    finish: Finish
    calls: list[Called] = field(default_factory=list[Called])

    @property
    def count(self) -> int:
        """All tokens."""
        return len(self.tokens) + sum(len(split(json.dumps(call.arguments))) for call in self.calls)


class Answer(Protocol):
    """One answer in one vendor's form; `tokens` always counts everything written so far."""

    tokens_per_piece: ClassVar[int]
    ask: Ask

    @staticmethod
    def failure(status: int, message: str) -> dict[str, Any]: ...
    def whole(self, text: str, tokens: int, finish: Finish, calls: Sequence[Called] = ()) -> dict[str, Any]: ...
    def opening(self) -> bytes: ...
    def piece(self, text: str, tokens: int) -> bytes: ...
    def call(self, index: int, called: Called, tokens: int) -> list[bytes]: ...
    def closing(self, tokens: int, finish: Finish) -> bytes: ...
    def broken(self) -> bytes: ...


async def write(answer: Answer, reply: Reply, pace: float) -> None:
    """Answer one request; `pace` multiplies every pause."""
    scenario = find(answer.ask.model)
    if scenario is None:
        message = f"The model '{answer.ask.model}' does not exist."
        await reply.json(404, answer.failure(404, message))
    elif scenario.status is not None:
        await _refuse(answer, reply, scenario.status, scenario.retry_after)
    elif answer.ask.streamed:
        await _stream(answer, reply, scenario, pace)
    else:
        await _whole(answer, reply, scenario, pace)


async def _refuse(answer: Answer, reply: Reply, status: int, retry_after: int | None = None) -> None:
    # Without this header the SDKs would try again twice, and whoever asked for the fault would wait for it.
    headers = {"x-should-retry": "false"}
    if retry_after is not None:
        headers["retry-after"] = str(retry_after)
    await reply.json(status, answer.failure(status, MESSAGES[status]), headers)


def _script(ask: Ask, scenario: Scenario) -> Script:
    if scenario.calls:
        if calls := ask.tools.calls(ask.question):
            return Script(split(LEAD), "calls", calls)
        if ask.tools.results:
            return Script(split(f"The tools say: {'; '.join(ask.tools.results)}"), "stop")
    text = compose_long(ask.question, scenario.size) if scenario.size else compose(ask.question)
    tokens = split(text)
    if scenario.ending != "whole":
        return Script(tokens[: scenario.tokens_before_ending], "refused" if scenario.ending == "refused" else None)
    limit = min(ask.max_tokens or len(tokens), scenario.max_tokens or len(tokens))
    return Script(tokens[:limit], "stop" if limit >= len(tokens) else "length")


async def _whole(answer: Answer, reply: Reply, scenario: Scenario, pace: float) -> None:
    script = _script(answer.ask, scenario)
    await asyncio.sleep(scenario.seconds_to_first_token * pace)
    match scenario.ending:
        case "cut":
            reply.drop()
        case "stalled":
            await asyncio.Event().wait()
        case "broken":
            await _refuse(answer, reply, 500)
        case _:
            whole = answer.whole("".join(script.tokens), script.count, script.finish, script.calls)
            await reply.json(200, whole)


async def _stream(answer: Answer, reply: Reply, scenario: Scenario, pace: float) -> None:
    script = _script(answer.ask, scenario)
    await reply.begin_events()
    await reply.send(answer.opening())
    await asyncio.sleep(scenario.seconds_to_first_token * pace)
    seconds = pace / scenario.tokens_per_second if scenario.tokens_per_second else 0
    await _write_pieces(answer, reply, script.tokens, seconds)
    for index, called in enumerate(script.calls):
        for piece in answer.call(index, called, script.count):
            await asyncio.sleep(seconds)
            await reply.send(piece)
    match scenario.ending:
        case "cut":
            reply.drop()
            return
        case "stalled":
            await asyncio.Event().wait()
        case "broken":
            await reply.send(answer.broken())
        case "whole" | "refused":
            await reply.send(answer.closing(script.count, script.finish))
        case "truncated":
            pass
    await reply.finish()


async def _write_pieces(answer: Answer, reply: Reply, tokens: list[str], seconds_per_token: float) -> None:
    # Against a clock, not by equal pauses: so the rate holds however long each piece takes to send.
    began = time.monotonic()
    for start in range(0, len(tokens), answer.tokens_per_piece):
        piece = tokens[start : start + answer.tokens_per_piece]
        await asyncio.sleep(max(0.0, began + start * seconds_per_token - time.monotonic()))
        await reply.send(answer.piece("".join(piece), start + len(piece)))
