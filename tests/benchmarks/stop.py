"""How soon the provider's socket is closed once a person pressed Stop, in mid-stream and before the first token.

Run it: `python tests/benchmarks/stop.py`. Must be: at most 200 ms.
"""

import asyncio
import time
from contextlib import closing
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from fluxgate_app.chat import conversations
from fluxgate_app.chat.completion import Completions
from fluxgate_app.chat.generations import Generations
from fluxgate_app.db import Database, migrate
from fluxgate_app.events.recorder import Recorder
from fluxgate_app.models import Account
from fluxgate_app.providers.catalogue import Catalogue
from fluxgate_app.providers.demo import DemoServer
from fluxgate_app.providers.local import LocalModel
from fluxgate_app.settings import load
from fluxgate_app.tracking import Owner

STOPS = 20
MODELS = {"mid-stream": "demo-80kb", "silent": "demo-slow"}


def begin(database: Database) -> tuple[Owner, list[str]]:
    """An account, and a conversation for each stop."""
    with database.writing() as session:
        account = Account(email="stop@example.org", password_hash="-")
        session.add(account)
        session.flush()
        return Owner(account.id), [conversations.create(session, account.id).id for _ in range(STOPS)]


async def milliseconds(
    generations: Generations, demo: DemoServer, owner: Owner, conversation: str, model: str
) -> float:
    """From Stop to the moment at which the provider saw the socket closed."""
    before = len(demo.requests)
    generation = await generations.start(owner, conversation, "What is TCP?", model=model)
    while len(demo.requests) == before or ("slow" not in model and generation.length < 100):  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    await asyncio.sleep(0.02)
    request = demo.requests[-1]
    pressed = time.monotonic()
    generation.stop()
    while request.closed_at is None:  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    await generation.wait()
    return (request.closed_at - pressed) * 1000


async def measure(folder: Path) -> None:
    settings = load(
        openai_api_key=None, anthropic_api_key=None, gemini_api_key=None, database_url=None, demo=True, data_dir=folder
    )
    migrate(settings.sqlalchemy_url)
    with closing(Database(settings.sqlalchemy_url)) as database, DemoServer() as demo:
        recorder = Recorder(database, folder)
        recorder.start()
        completions = Completions(Catalogue(settings, demo, LocalModel()), recorder, settings)
        generations = Generations(database, completions, recorder.process_id, settings.max_message_chars)
        owner, ids = begin(database)
        for vendor in ("openai", "anthropic", "google"):
            for when, model in MODELS.items():
                took = [await milliseconds(generations, demo, owner, id, f"{vendor}/{model}") for id in ids]
                print(f"{vendor:9} {when:10} min {min(took):5.1f}  median {median(took):5.1f}  max {max(took):5.1f} ms")
        await generations.close()
        await completions.close()
        recorder.stop()


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder)))
