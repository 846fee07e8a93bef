"""Every setting of the product, read once from the environment, `.env` or `NAME_FILE`."""

import os
import re
import secrets
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from fluxgate_app.errors import SettingError

ROOT = Path(__file__).resolve().parent.parent


class EndpointPrices(BaseModel):
    """What an endpoint charges, in USD per million tokens."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)

    input: Decimal
    output: Decimal
    cache_read: Decimal | None = None


class Endpoint(BaseModel):
    """One more OpenAI-compatible server to talk to: Groq, Ollama, vLLM and the like.

    `responses` says that it has OpenAI's Responses API too, so that nothing need be translated. `prices` are its own,
    by model; `priced_as` is the provider whose list prices it charges. With neither its calls are unpriced.
    """

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    base_url: str
    api_key_env: str | None = None
    models: list[str] = []
    responses: bool = False
    prices: dict[str, EndpointPrices] = {}
    priced_as: str | None = None


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("must be a time zone such as UTC or Europe/Berlin") from error
    return name


def _in_project(path: Path) -> Path:
    # A relative path means the same folder to every command, wherever it is run.
    return ROOT / path


def _origin(url: str) -> str:
    if not re.fullmatch(r"https?://[^/\s]+/?", url):
        raise ValueError(f"{url[:100]!r} must look like https://chat.example.com")
    return url.rstrip("/")


def _origins(value: str | tuple[str, ...]) -> tuple[str, ...]:
    items = value.split(",") if isinstance(value, str) else value
    stripped = [item.strip() for item in items]
    return tuple(item if item == "*" else _origin(item) for item in stripped if item)


class _SecretFiles(PydanticBaseSettingsSource):
    """`OPENAI_API_KEY_FILE=/run/secrets/openai` fills `OPENAI_API_KEY`: the way containers hand over secrets."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        alias = str(field.validation_alias)
        path = os.environ.get(f"{alias}_FILE")
        return (Path(path).read_text().strip() if path else None), alias, False

    def __call__(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, field in self.settings_cls.model_fields.items():
            value, alias, _ = self.get_field_value(field, name)
            if value is not None:
                found[alias] = value
        return found


def _env(name: str, **rules: Any) -> Any:
    return Field(validation_alias=name, **rules)


class Settings(BaseSettings):
    """Spec section 3. Build it with `load()`, which turns what is wrong into one plain sentence."""

    model_config = SettingsConfigDict(
        env_file=ROOT / ".env", env_ignore_empty=True, extra="ignore", populate_by_name=True
    )

    openai_api_key: SecretStr | None = _env("OPENAI_API_KEY", default=None)
    openai_base_url: str | None = _env("OPENAI_BASE_URL", default=None)
    anthropic_api_key: SecretStr | None = _env("ANTHROPIC_API_KEY", default=None)
    anthropic_base_url: str | None = _env("ANTHROPIC_BASE_URL", default=None)
    gemini_api_key: SecretStr | None = _env("GEMINI_API_KEY", default=None)
    gemini_base_url: str | None = _env("GOOGLE_GEMINI_BASE_URL", default=None)
    gemini_api_version: str | None = _env("GOOGLE_GENAI_API_VERSION", default=None)
    endpoints: list[Endpoint] = _env("FLUXGATE_ENDPOINTS", default=[])
    demo: bool = _env("FLUXGATE_DEMO", default=False)

    data_dir: Annotated[Path, AfterValidator(_in_project)] = _env("FLUXGATE_DATA_DIR", default=ROOT / ".fluxgate")
    database_url: SecretStr | None = _env("FLUXGATE_DATABASE_URL", default=None)
    redis_url: SecretStr | None = _env("FLUXGATE_REDIS_URL", default=None)
    timezone: Annotated[str, AfterValidator(_known_zone)] = _env("FLUXGATE_TIMEZONE", default="UTC")

    public_url: Annotated[str, AfterValidator(_origin)] | None = _env("FLUXGATE_PUBLIC_URL", default=None)
    trusted_proxies: int = _env("FLUXGATE_TRUSTED_PROXIES", default=0, ge=0)
    cors_origins: Annotated[tuple[str, ...] | str, NoDecode, AfterValidator(_origins)] = _env(
        "FLUXGATE_CORS_ORIGINS", default=()
    )
    secret_key: SecretStr | None = _env("FLUXGATE_SECRET_KEY", default=None, min_length=32)
    admin_email: str | None = _env("FLUXGATE_ADMIN_EMAIL", default=None)
    admin_password: SecretStr | None = _env("FLUXGATE_ADMIN_PASSWORD", default=None, min_length=12)
    webhook_secret: SecretStr | None = _env("WEBHOOK_SECRET", default=None)

    rate_limit_per_minute: int = _env("FLUXGATE_RATE_LIMIT_PER_MINUTE", default=10, ge=1)
    api_rate_limit_per_minute: int = _env("FLUXGATE_API_RATE_LIMIT_PER_MINUTE", default=60, ge=1)
    max_message_chars: int = _env("FLUXGATE_MAX_MESSAGE_CHARS", default=4000, ge=1)
    content_logging: Literal["off", "redact", "full"] = _env("FLUXGATE_CONTENT_LOGGING", default="off")
    log_level: Literal["debug", "info", "warning", "error"] = _env("FLUXGATE_LOG_LEVEL", default="info")
    provider_timeout_seconds: float = _env("FLUXGATE_PROVIDER_TIMEOUT_SECONDS", default=120.0, gt=0)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, dotenv_settings, _SecretFiles(settings_cls)

    @cached_property
    def sqlalchemy_url(self) -> str:
        """The database to use: SQLite in the data folder, or PostgreSQL through psycopg."""
        if self.database_url is None:
            return f"sqlite:///{self.data_dir / 'fluxgate.db'}"
        url = self.database_url.get_secret_value()
        scheme, separator, rest = url.partition("://")
        if separator and scheme in ("postgres", "postgresql"):
            url = f"postgresql+psycopg://{rest}"
        elif scheme not in ("sqlite", "postgresql+psycopg"):
            raise SettingError("FLUXGATE_DATABASE_URL must begin with postgresql:// or sqlite:///")
        _check_database_url(url)
        return url

    @cached_property
    def signing_key(self) -> bytes:
        """`FLUXGATE_SECRET_KEY`, or one that is made once and kept with mode 0600 in the data folder."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value().encode()
        return kept_secret(self.data_dir / "secret_key")


def _check_database_url(url: str) -> None:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        make_url(url)
    except (ArgumentError, ValueError):
        raise SettingError(
            "FLUXGATE_DATABASE_URL must look like postgresql://user:password@host:5432/name or sqlite:////path/to/file.db"
        ) from None


def named_secret(name: str) -> str | None:
    """A secret whose name a setting gave (an endpoint's `apiKeyEnv`): from the environment, `NAME_FILE` or `.env`."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text().strip()
    kept = {**dotenv_values(ROOT / ".env"), **dotenv_values(".env")}
    return os.environ.get(name) or kept.get(name) or None


def kept_secret(path: Path) -> bytes:
    """The secret in this file, made with mode 0600 when there is none yet; two processes agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    if not path.exists():
        draft.touch(mode=0o600, exist_ok=False)
        draft.write_text(secrets.token_hex(32))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()


def load(**values: Any) -> Settings:
    """Read the settings. Raises SettingError that names each wrong one and says what is allowed."""
    try:
        return Settings(**values)
    except ValidationError as error:
        wrong = [
            f"{'.'.join(str(part) for part in e['loc'])}: {e['msg'].removeprefix('Value error, ')}"
            for e in error.errors()
        ]
        raise SettingError("Settings that are not allowed: " + "; ".join(wrong)) from None
    except SettingsError:
        raise SettingError(
            'FLUXGATE_ENDPOINTS must be a JSON list such as [{"name": "groq", "baseUrl": "https://…"}]'
        ) from None
    except UnicodeDecodeError:
        raise SettingError("A _FILE setting names a file that is no text, or .env is none") from None
    except OSError as error:
        raise SettingError(f"A _FILE setting names a file that cannot be read: {error.filename}") from None
