"""Which spans are calls, and which of them only wrap another one's."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from fluxgate_app.errors import Invalid
from fluxgate_app.events.otlp.span import Attributes, Span, SpanId
from fluxgate_app.events.otlp.vocabulary import INPUT, MODEL, OUTPUT, PROVIDER, endpoint_host, told
from fluxgate_app.tracking.record import Kind
from fluxgate_app.tracking.telemetry import TRACE_STATE, TRACKING_ID

MOST_CALLS = 5000
_WORDS: Mapping[str, Mapping[object, Kind]] = {
    "openinference.span.kind": {"LLM": "chat", "EMBEDDING": "embedding"},
    "gen_ai.operation.name": {
        "chat": "chat",
        "generate_content": "chat",
        "text_completion": "completion",
        "completion": "completion",
        "embeddings": "embedding",
        "embedding": "embedding",
        "response": "response",
        "responses": "response",
    },
    "llm.request.type": {"chat": "chat", "completion": "completion", "embedding": "embedding"},
}
# What happens inside one of these is a call of its own, not the same call once more.
_ACTORS: Mapping[str, Collection[object]] = {
    "openinference.span.kind": ("AGENT", "TOOL"),
    "gen_ai.operation.name": ("create_agent", "invoke_agent", "invoke_workflow", "execute_tool"),
    "traceloop.span.kind": ("agent", "tool", "workflow"),
}


def kind(attributes: Attributes) -> Kind | None:
    """What kind of call this is a span of, None when of none: of an agent, a tool, a search, an HTTP request."""
    for name, kinds in _WORDS.items():
        if name in attributes:
            word = attributes[name]
            return kinds.get(word) if isinstance(word, str) else None
    # Before operations had names; what used no tokens may be any other request to a vendor.
    asked = told(attributes, PROVIDER) and told(attributes, MODEL)
    return "chat" if asked and (told(attributes, INPUT) or told(attributes, OUTPUT)) else None


@dataclass(frozen=True, slots=True)
class Batch:
    """The spans of one request: the calls to record, the `inner` spans that others may wrap, recorded or not.

    `parents` knows for each span how to go on upwards, None where the way ends.
    """

    calls: list[Span] = field(default_factory=list[Span])
    inner: set[SpanId] = field(default_factory=set[SpanId])
    parents: dict[SpanId, SpanId | None] = field(default_factory=dict[SpanId, SpanId | None])

    @classmethod
    def of(cls, spans: Iterable[Span], own_host: str | None = None) -> "Batch":
        """Sort these. What a tracked client has recorded, or the gateway at `own_host`, is recorded already.

        Raises Invalid when there are too many calls.
        """
        batch = cls()
        for span in spans:
            if is_valid(span.id):
                acts = _acts(span.attributes) or not is_valid(span.parent)
                batch.parents[span.id] = None if acts else span.parent
            if kind(span.attributes) is None:
                continue
            batch.inner.add(span.id)
            if not _is_recorded(span, own_host):
                batch.calls.append(span)
            if len(batch.calls) > MOST_CALLS:
                raise Invalid(f"A request has at most {MOST_CALLS} calls: lower the batch size of the exporter")
        return batch

    def wrapping(self, known: Collection[SpanId] = ()) -> set[SpanId]:
        """The spans around the inner ones of this batch and around `known` ones, as far up as it knows the way.

        The innermost span of a call is the one that counts: what a framework tells of it says the same once more.
        """
        around: set[SpanId] = set()
        for inner in (*self.inner, *known):
            above = self.parents.get(inner)
            while above is not None and above not in around:
                around.add(above)
                above = self.parents.get(above)
        return around

    def above(self, span: SpanId) -> Collection[SpanId]:
        """The spans around this one, as far up as this batch knows the way."""
        found: dict[SpanId, None] = {}
        up = self.parents.get(span)
        while up is not None and up not in found:
            found[up] = None
            up = self.parents.get(up)
        return found


def is_valid(id: SpanId) -> bool:
    """Whether both ids have their length and are not zero, as the specification wants it."""
    trace, own = id
    return len(trace) == 16 and len(own) == 8 and any(trace) and any(own)


def _is_recorded(span: Span, own_host: str | None) -> bool:
    within = any(member.strip().startswith(f"{TRACE_STATE}=") for member in span.trace_state.split(","))
    asked_here = own_host is not None and endpoint_host(span.attributes) == own_host
    return within or asked_here or TRACKING_ID in span.attributes


def _acts(attributes: Attributes) -> bool:
    return any(name in attributes and attributes[name] in words for name, words in _ACTORS.items())
