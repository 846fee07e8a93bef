"""Which model a request means: spec section 3, one test a rule."""

import json
from collections.abc import Callable, Iterator

import openai
import pytest

from fluxgate_app.errors import Invalid, ProviderFailed, SettingError
from fluxgate_app.providers.catalogue import Catalogue
from fluxgate_app.providers.demo import DEMO_MODELS, DemoServer
from fluxgate_app.providers.local import LOCAL_MODEL, LocalModel
from fluxgate_app.providers.vendors import VENDORS
from fluxgate_app.settings import Settings

KEYS = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY", "google": "GEMINI_API_KEY"}
GROQ = {"name": "groq", "baseUrl": "https://groq.test/v1", "apiKeyEnv": "GROQ_KEY", "models": ["llama-70b", "gpt-4o"]}
OLLAMA = {"name": "ollama", "baseUrl": "http://127.0.0.1:11434/v1", "models": ["meta/llama"]}

Build = Callable[..., Catalogue]


@pytest.fixture(scope="module")
def local() -> Iterator[LocalModel]:
    model = LocalModel()
    yield model
    model.stop()


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch, local: LocalModel) -> Iterator[Build]:
    """A catalogue for vendors with keys, endpoints and further settings; the demo provider is stopped at the end."""
    demo = DemoServer()
    for name in [*KEYS.values(), "OPENAI_BASE_URL", "FLUXGATE_DEMO", "FLUXGATE_ENDPOINTS", "GROQ_KEY"]:
        monkeypatch.delenv(name, raising=False)

    def catalogue(*vendors: str, endpoints: tuple[dict, ...] = (), **settings: str) -> Catalogue:
        for vendor in vendors:
            monkeypatch.setenv(KEYS[vendor], f"key-of-{vendor}")
        monkeypatch.setenv("FLUXGATE_ENDPOINTS", json.dumps(endpoints))
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        return Catalogue(Settings(_env_file=None), demo, local)

    yield catalogue
    demo.stop()


def names(catalogue: Catalogue) -> list[str]:
    return [model.id for model in catalogue.models()]


def test_gpt_4o_is_the_default_when_openai_has_a_key(build: Build):
    model = build("openai", "anthropic", "google").default()
    assert (model.name, model.provider.name, model.provider.origin) == ("gpt-4o", "openai", "real")
    assert model.provider.api_key == "key-of-openai"
    assert model.provider.base_url is None
    assert model.context_tokens == 128_000


@pytest.mark.parametrize(
    ("vendors", "default"),
    [
        (("anthropic", "google"), "anthropic/claude-sonnet-4-6"),
        (("google",), "google/gemini-2.5-pro"),
        ((), f"local/{LOCAL_MODEL}"),
    ],
)
def test_else_the_default_is_the_first_configured_vendors_else_local(build: Build, vendors, default):
    catalogue = build(*vendors)
    assert catalogue.default().id == catalogue.resolve().id == default
    assert names(catalogue)[0] == default


def test_the_local_model_is_ready_to_call_once_resolved(build: Build, local: LocalModel):
    model = build("openai").resolve(LOCAL_MODEL)
    assert model.provider.base_url == local.url
    assert model.provider.origin == "local"
    assert "wrong" in model.note


def test_listing_starts_no_local_model(build: Build):
    catalogue = build()
    catalogue._here.local.stop()
    assert names(catalogue)
    assert catalogue._here.local._process is None


def test_without_any_key_a_vendors_model_is_played_by_the_demo_provider(build: Build):
    model = build().resolve("gpt-4o")
    assert (model.provider.name, model.provider.origin) == ("openai", "demo")
    with openai.OpenAI(base_url=model.provider.base_url, api_key=model.provider.api_key) as client:
        assert client.chat.completions.create(model=model.name, messages=[{"role": "user", "content": "Hi"}]).choices


@pytest.mark.parametrize("provider", ["anthropic", "google", "gemini"])
def test_a_route_bound_to_a_vendor_uses_demo_where_it_is_offered(build: Build, provider):
    model = build("openai", FLUXGATE_DEMO="1").resolve(provider=provider)
    assert model.provider.origin == "demo"
    assert model.name in ("claude-sonnet-4-6", "gemini-2.5-pro")


@pytest.mark.parametrize(
    ("model", "provider", "title"),
    [(None, "anthropic", "Anthropic"), ("claude-sonnet-4-6", None, "Anthropic"), ("gemini-2.5-pro", None, "Gemini")],
)
def test_a_vendor_without_a_key_is_refused_where_no_demo_is_offered(build: Build, model, provider, title):
    with pytest.raises(ProviderFailed) as refused:
        build("openai").resolve(model, provider)
    assert refused.value.message == f"No API key for {title}"
    assert refused.value.status == 503


@pytest.mark.parametrize("model", ["nothing", "", "demo-nothing", "gpt-9-never", "nobody/gpt-4o", "local/gpt-4o"])
def test_it_refuses_a_model_that_nothing_serves(build: Build, model):
    with pytest.raises(Invalid) as refused:
        build().resolve(model)
    assert refused.value.message == f"Unknown model '{model.removeprefix('local/')}'"


def test_it_refuses_a_demo_model_where_no_demo_is_offered(build: Build):
    with pytest.raises(Invalid, match="Unknown model 'demo-slow'"):
        build("openai").resolve("demo-slow")


def test_it_refuses_a_provider_that_does_not_exist(build: Build):
    with pytest.raises(Invalid, match="Unknown provider 'nobody'; known: openai, local"):
        build("openai").resolve("gpt-4o", "nobody")


@pytest.mark.parametrize(
    ("model", "vendor"),
    [("gpt-7.9-new", "openai"), ("o9-mini", "openai"), ("claude-new-9", "anthropic"), ("gemini-9-pro", "google")],
)
def test_a_model_nobody_has_heard_of_goes_to_the_vendor_whose_family_it_is(build: Build, model, vendor):
    found = build(*KEYS).resolve(model)
    assert (found.name, found.provider.name, found.provider.origin) == (model, vendor, "real")
    assert found.context_tokens is None


def test_a_base_url_is_passed_on(build: Build):
    assert build("openai", OPENAI_BASE_URL="http://proxy.test/v1").default().provider.base_url == "http://proxy.test/v1"


def test_an_endpoints_model_is_found_by_its_name(build: Build):
    model = build("openai", endpoints=(GROQ,), GROQ_KEY="secret").resolve("llama-70b")
    assert (model.provider.name, model.provider.base_url) == ("groq", "https://groq.test/v1")
    assert (model.provider.api_key, model.provider.origin) == ("secret", "real")


def test_an_endpoint_has_the_responses_api_if_it_says_so(build: Build):
    own = GROQ | {"name": "vllm", "responses": True}
    models = build("openai", endpoints=(GROQ, own), GROQ_KEY="secret").models()
    assert {model.provider.name for model in models if model.provider.responses} == {"openai", "vllm"}


@pytest.mark.parametrize(("asked", "name"), [("groq/llama-70b", "llama-70b"), ("groq/org/other", "org/other")])
def test_name_and_model_pick_an_endpoint(build: Build, asked, name):
    model = build(endpoints=(GROQ,), GROQ_KEY="secret").resolve(asked)
    assert (model.provider.name, model.name) == ("groq", name)


def test_a_vendor_with_a_key_comes_before_an_endpoint_and_an_endpoint_before_demo(build: Build):
    assert build("openai", endpoints=(GROQ,), GROQ_KEY="secret").resolve("gpt-4o").provider.name == "openai"
    assert build("anthropic", endpoints=(GROQ,), GROQ_KEY="secret").resolve("llama-70b").provider.name == "groq"


def test_an_endpoint_comes_before_demo(build: Build):
    assert build(endpoints=(GROQ,), GROQ_KEY="secret").resolve("gpt-4o").provider.name == "groq"


def test_a_model_name_with_a_slash_is_found(build: Build):
    assert build(endpoints=(OLLAMA,)).resolve("meta/llama").id == "ollama/meta/llama"


def test_an_endpoint_without_its_key_is_hidden_and_refused(build: Build):
    catalogue = build("openai", endpoints=(GROQ,))
    assert "groq/llama-70b" not in names(catalogue)
    with pytest.raises(ProviderFailed, match="No API key for groq"):
        catalogue.resolve("llama-70b")


def test_an_endpoints_key_may_come_from_a_file(build: Build, tmp_path):
    (tmp_path / "key").write_text("from-a-file\n")
    catalogue = build(endpoints=(GROQ,), GROQ_KEY_FILE=str(tmp_path / "key"))
    assert catalogue.resolve("llama-70b").provider.api_key == "from-a-file"


@pytest.mark.parametrize("name", ["openai", "gemini", "local", "demo", "ollama"])
def test_it_refuses_an_endpoint_whose_name_is_taken(build: Build, name):
    with pytest.raises(SettingError, match="FLUXGATE_ENDPOINTS"):
        build(endpoints=(OLLAMA, OLLAMA | {"name": name}))


def test_a_fault_can_be_asked_for_in_any_dialect(build: Build):
    catalogue = build()
    assert catalogue.resolve("demo-slow").provider.dialect == "openai"
    for provider, dialect in [("openai", "openai"), ("anthropic", "anthropic"), ("google", "gemini")]:
        model = catalogue.resolve("demo-slow", provider)
        assert (model.provider.name, model.provider.dialect) == (provider, dialect)


def test_the_demo_provider_can_be_asked_for_although_there_is_a_key(build: Build):
    model = build("openai", FLUXGATE_DEMO="1").resolve("demo/gpt-4o")
    assert (model.name, model.provider.name, model.provider.origin) == ("gpt-4o", "demo", "demo")


def test_people_choose_from_what_is_configured(build: Build):
    listed = names(build("anthropic", endpoints=(OLLAMA,)))
    assert listed[-2:] == [f"local/{LOCAL_MODEL}", "ollama/meta/llama"]
    assert all(name.startswith("anthropic/") for name in listed[:-2])


def test_people_choose_from_demo_models_where_demo_is_offered(build: Build):
    listed = names(build())
    assert {"openai/gpt-4o", "anthropic/claude-sonnet-4-6", "google/gemini-2.5-pro"} <= set(listed)
    assert listed[-len(DEMO_MODELS) :] == [f"demo/{name}" for name in DEMO_MODELS]


@pytest.mark.parametrize("vendors", [(), ("openai",), tuple(KEYS)])
def test_everything_listed_resolves_to_itself(build: Build, vendors):
    catalogue = build(*vendors, endpoints=(OLLAMA,), FLUXGATE_DEMO="1")
    for model in catalogue.models():
        for found in (catalogue.resolve(model.id), catalogue.resolve(model.name, model.provider.name)):
            assert (found.id, found.provider.origin) == (model.id, model.provider.origin)


def test_every_listed_vendor_model_exists():
    assert all(vendor.knows(model) and vendor.owns(model) for vendor in VENDORS for model in vendor.models)


def test_no_key_shows_when_a_model_is_printed(build: Build):
    assert "key-of-openai" not in repr(build("openai").default())
