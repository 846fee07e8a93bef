"""What a model is asked, before anybody has decided which one answers."""

from dataclasses import dataclass, field

from fluxgate_app.chat.messages import ChatMessage
from fluxgate_app.chat.personas import DEFAULT_SYSTEM
from fluxgate_app.chat.prompt import Prompt, split_system
from fluxgate_app.chat.tools import NO_TOOLS, JsonFormat, Tools
from fluxgate_app.tracking import Context, Owner


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What is asked, of whom, for what and on whose account. What is None, the product decides (spec section 3, 5).

    An empty `system` is no system prompt at all; `instructions` are the persona's. One that is not `is_streamed` is
    asked for whole, and comes in one piece.
    """

    messages: list[ChatMessage]
    model: str | None = None
    provider: str | None = None
    system: str | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    persona: str | None = None
    context: Context = field(default_factory=Context)
    owner: Owner = field(default_factory=Owner)
    top_p: float | None = None
    stop: tuple[str, ...] = ()
    tools: Tools = NO_TOOLS
    json_format: JsonFormat | None = None
    instructions: str | None = None
    is_streamed: bool = True

    def context_for(self, feature: str) -> Context:
        """What the call is for: this feature, unless the request says another."""
        persona = {"persona": self.persona} if self.persona else None
        return self.context.merged(feature=self.context.feature or feature, metadata=persona)

    def prompt(self, model: str) -> Prompt:
        """It in the words of any vendor, for the model of this name."""
        sent, turns = split_system(self.messages)
        ours = self.instructions if self.system is None else self.system
        system = "\n\n".join([ours, *sent] if ours else sent)
        if self.system is None:
            system = system or DEFAULT_SYSTEM
        return Prompt(
            model=model,
            system=system,
            turns=turns,
            temperature=self.temperature,
            max_tokens=self.max_tokens,
            top_p=self.top_p,
            stop=self.stop,
            tools=self.tools,
            json_format=self.json_format,
        )
