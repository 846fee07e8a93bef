"""The built-in model, so that the first question gets a real answer: SmolLM2-135M behind the OpenAI wire format."""

import os
import secrets
import subprocess
import sys
from threading import Lock

from fluxgate_app.errors import ProviderFailed
from fluxgate_app.settings import ROOT

LOCAL_MODEL = "smollm2-135m"
LOCAL_TITLE = "SmolLM2 135M"
LOCAL_NOTE = "A very small model on this machine: free and private, but often wrong."
CONTEXT_TOKENS = 4096
MAX_ANSWER_TOKENS = 512


class LocalModel:
    """The model in a process of its own, started when first needed: about 0.5 s, 350 MB of memory.

    Neither a crash nor a busy core of it reaches the app. It ends with the app, however that ends.
    Two answers run at once; a prompt over `CONTEXT_TOKENS` is refused with 400, an answer is cut at
    `MAX_ANSWER_TOKENS` unless the caller asks for another limit.
    """

    def __init__(self) -> None:
        self.api_key = secrets.token_urlsafe(16)
        self._lock = Lock()
        self._process: subprocess.Popen[str] | None = None
        self._url: str | None = None

    def start(self) -> None:
        """Begin loading, unless it runs already; does not wait. Any thread may call it."""
        with self._lock:
            self._start()

    def stop(self) -> None:
        """End the process and whatever it is answering."""
        with self._lock:
            self._end()

    @property
    def url(self) -> str:
        """The OpenAI base URL, `/v1` included. Starts the model and waits until it is loaded.

        Raises ProviderFailed when it cannot be started.
        """
        with self._lock:
            process = self._start()
            if self._url is None:
                assert process.stdout is not None
                self._url = process.stdout.readline().strip() or None
            if self._url is None:
                raise ProviderFailed("The local model could not be started.", 503, "local_model")
            return self._url

    def _start(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            # A session of its own, so that Ctrl-C in the terminal reaches the app alone.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "fluxgate_app.providers.local_server"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd=ROOT,
                env=os.environ | {"FLUXGATE_LOCAL_KEY": self.api_key},
                start_new_session=True,
            )
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
        self._process = self._url = None
