"""A process that is killed in the middle of an answer: `python dying.py DATABASE_URL DATA_DIR ACCOUNT CONVERSATION`."""

import asyncio
import os
import sys
from pathlib import Path

from fluxgate_app.chat.completion import Completions
from fluxgate_app.chat.generations import Generations
from fluxgate_app.db import Database
from fluxgate_app.events.recorder import Recorder
from fluxgate_app.providers.catalogue import Catalogue
from fluxgate_app.providers.demo import DemoServer
from fluxgate_app.providers.local import LocalModel
from fluxgate_app.settings import load
from fluxgate_app.tracking import Owner


async def die(url: str, data_dir: Path, account: str, conversation: str) -> None:
    settings = load(openai_api_key=None, anthropic_api_key=None, gemini_api_key=None, demo=True)
    database = Database(url)
    recorder = Recorder(database, data_dir)
    recorder.start()
    completions = Completions(Catalogue(settings, DemoServer(), LocalModel()), recorder, settings)
    generations = Generations(database, completions, recorder.process_id, settings.max_message_chars)
    generation = await generations.start(Owner(account), conversation, "What is TCP?", model="demo-80kb")
    async for piece in generation.follow():
        if piece.end > 200:
            break
    recorder.flush()
    os._exit(9)


if __name__ == "__main__":
    asyncio.run(die(sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4]))
