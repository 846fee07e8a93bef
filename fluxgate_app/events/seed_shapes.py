"""What made-up calls look like: models, features, how many tokens, how fast, at what price."""

from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from fluxgate_app.tracking.prices import LISTED, Price
from fluxgate_app.tracking.record import Usage

SHAPES_EACH = 20


@dataclass(frozen=True, slots=True)
class SeedModel:
    """A model: how often it is used, its median time to first token in ms, and output tokens a second."""

    provider: str
    name: str
    host: str
    share: float
    first_token_ms: float
    tokens_per_second: float


@dataclass(frozen=True, slots=True)
class SeedFeature:
    """A feature: how often it is used, median tokens in and out, and the shares that are cached and streamed."""

    name: str | None
    step: str | None
    share: float
    input_tokens: int
    output_tokens: int
    cached: float
    streamed: float


@dataclass(frozen=True, slots=True)
class Shape:
    """A call as many are: `cut` is the same stream stopped half-way."""

    model: SeedModel
    feature: SeedFeature
    is_streamed: bool
    usage: Usage
    price: Price
    latency_in_ms: float
    writing_ms: float
    cut: "Shape | None" = None

    @property
    def kind(self) -> str:
        """What was asked for."""
        return "chat" if self.feature.output_tokens else "embedding"


MODELS = (
    SeedModel("openai", "gpt-4o", "api.openai.com", 22, 480, 75),
    SeedModel("openai", "gpt-4o-mini", "api.openai.com", 30, 360, 95),
    SeedModel("anthropic", "claude-sonnet-4-6", "api.anthropic.com", 17, 900, 62),
    SeedModel("anthropic", "claude-haiku-4-5", "api.anthropic.com", 9, 450, 140),
    SeedModel("google", "gemini-2.5-flash", "generativelanguage.googleapis.com", 14, 420, 180),
    SeedModel("google", "gemini-2.5-pro", "generativelanguage.googleapis.com", 5, 2600, 85),
    SeedModel("ollama", "llama3.2", "10.0.0.12:11434", 3, 260, 38),
)
EMBEDDER = SeedModel("openai", "text-embedding-3-small", "api.openai.com", 1, 140, 1)

FEATURES = (
    SeedFeature("streaming-chat", None, 34, 900, 260, 0.35, 0.97),
    SeedFeature("support-triage", "classify", 14, 650, 60, 0.5, 0.0),
    SeedFeature("support-triage", "answer", 7, 2400, 320, 0.4, 0.6),
    SeedFeature("document-search", "rewrite", 8, 280, 30, 0.0, 0.0),
    SeedFeature("document-search", "answer", 10, 6200, 380, 0.3, 0.9),
    SeedFeature("summaries", None, 7, 9800, 420, 0.05, 0.1),
    SeedFeature("code-review", None, 5, 14500, 950, 0.6, 0.8),
    SeedFeature("translation", None, 4, 700, 720, 0.0, 0.5),
    SeedFeature(None, None, 3, 420, 180, 0.0, 0.3),
)
EMBEDDING = SeedFeature("semantic-search", None, 13, 120, 0, 0.0, 0.0)


def shapes(random: Random, at: datetime) -> tuple[list[Shape], list[float]]:
    """Shapes of every feature with every model at the prices of that time, and how often each comes, added up."""
    pairs = [(model, feature) for feature in FEATURES for model in MODELS]
    weighed = [(pair, pair[0].share * pair[1].share) for pair in pairs]
    total = sum(model.share for model in MODELS)
    weighed.append(((EMBEDDER, EMBEDDING), EMBEDDING.share * total))
    made: list[Shape] = []
    added_up: list[float] = []
    for (model, feature), share in weighed:
        for _ in range(SHAPES_EACH):
            made.append(_shape(random, model, feature, at))
            added_up.append((added_up[-1] if added_up else 0) + share)
    return made, added_up


def _shape(random: Random, model: SeedModel, feature: SeedFeature, at: datetime) -> Shape:
    entered = _about(random, feature.input_tokens)
    written = _about(random, feature.output_tokens) if feature.output_tokens else 0
    cached = int(entered * feature.cached) // 64 * 64 if random.random() < 0.7 else 0
    streamed = random.random() < feature.streamed
    # Reading the prompt takes time too.
    first = model.first_token_ms * (1 + entered / 20_000)
    writing = 1000 * written / model.tokens_per_second
    usage = Usage(entered, written, cached)
    shape = Shape(model, feature, streamed, usage, _price(model, usage, at), first, writing)
    if not streamed:
        return shape
    half = replace(usage, output_tokens=written // 2)
    cut = replace(shape, usage=half, price=_price(model, half, at, estimated=True), writing_ms=writing / 2)
    return replace(shape, cut=cut)


def _about(random: Random, median: int) -> int:
    return max(1, int(median * random.lognormvariate(0, 0.6)))


def _price(model: SeedModel, usage: Usage, at: datetime, *, estimated: bool = False) -> Price:
    return LISTED.cost(usage, model.provider, [model.name], at, estimated=estimated)
