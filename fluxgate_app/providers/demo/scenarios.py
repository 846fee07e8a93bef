"""How each `demo-…` model behaves: the one table to extend. Every other model name answers normally."""

import re
from dataclasses import dataclass, replace
from typing import Literal

Ending = Literal["whole", "refused", "truncated", "cut", "stalled", "broken"]


@dataclass(frozen=True, slots=True)
class Scenario:
    """`note` tells a person what will happen. An `ending` other than whole comes after `tokens_before_ending`.

    whole: as asked. refused: the vendor's content filter steps in. truncated: the stream ends cleanly without a
    finish reason. cut: the connection is dropped. stalled: nothing more comes, the socket stays open. broken: an error
    comes in mid-stream. A `status` refuses the request outright. One that `calls` uses the tools that it is offered.
    """

    note: str
    seconds_to_first_token: float = 0.15
    tokens_per_second: float | None = 80
    max_tokens: int | None = None
    size: int | None = None
    ending: Ending = "whole"
    tokens_before_ending: int = 20
    status: int | None = None
    retry_after: int | None = None
    calls: bool = False


NORMAL = Scenario("An invented answer at the usual speed")
DEMO_MODELS = {
    "demo-fast": Scenario("Answers at once", seconds_to_first_token=0, tokens_per_second=None),
    "demo-slow": Scenario("Waits 4 s, then writes 8 tokens a second", seconds_to_first_token=4, tokens_per_second=8),
    "demo-8kb": Scenario("8 KB of rich text, 100 tokens a second", tokens_per_second=100, size=8 * 1024),
    "demo-80kb": Scenario("80 KB of rich text, 100 tokens a second", tokens_per_second=100, size=80 * 1024),
    "demo-max-tokens": Scenario("Reaches its token limit after 30 tokens", max_tokens=30),
    "demo-refusal": Scenario("Is stopped by the content filter", ending="refused"),
    "demo-tools": Scenario("Calls the tools that a program offers it, then tells what they gave", calls=True),
    "demo-rate-limited": Scenario("429: too many requests, come back in 20 s", status=429, retry_after=20),
    "demo-unauthorized": Scenario("401: the API key is wrong", status=401),
    "demo-error": Scenario("500: the provider is broken", status=500),
    "demo-overloaded": Scenario("529: the provider is overloaded", status=529),
    "demo-error-midstream": Scenario("Reports an error in mid-stream", ending="broken"),
    "demo-cut": Scenario("Drops the connection in mid-stream", ending="cut"),
    "demo-truncated": Scenario("Ends early without saying why", ending="truncated"),
    "demo-stall": Scenario("Stops sending but keeps the connection open", ending="stalled"),
}
SIZED = re.compile(r"demo-(?P<kilobytes>[1-9]\d{0,3})kb(?P<fast>-fast)?")


def find(model: str) -> Scenario | None:
    """How this model behaves, or None for a `demo-…` name that means nothing.

    Besides the table: `demo-NNkb` for any size, `demo-NNkb-fast` for the same without pauses.
    """
    if not model.startswith("demo-"):
        return NORMAL
    if sized := SIZED.fullmatch(model):
        scenario = replace(DEMO_MODELS["demo-8kb"], size=int(sized["kilobytes"]) * 1024)
        return replace(scenario, seconds_to_first_token=0, tokens_per_second=None) if sized["fast"] else scenario
    return DEMO_MODELS.get(model)
