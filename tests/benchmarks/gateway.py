"""The gateway against a bare Starlette route with the official SDK, and against the LiteLLM proxy.

Run it: `python tests/benchmarks/gateway.py [--litellm VENV/bin/litellm]`, the proxy installed in an environment of its
own. Must be, in whole answers a second: at least 3 times the bare route and 20 times LiteLLM.
"""

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from side_by_side import (
    CONNECTIONS,
    QUESTION,
    STREAMS_AT_ONCE,
    Route,
    Server,
    bare_server,
    compare,
    fluxgate,
    free_port,
    running,
    upstream,
)

PATH = "/v1/chat/completions"
ASKED = QUESTION | {"model": "gpt-4o"}
# It starts with none only where it is told that this is dangerous.
KEY = "sk-benchmark"


@contextmanager
def litellm(command: Path, env: dict[str, str]) -> Iterator[Server]:
    """Its proxy in one worker, with no database and nothing to log to."""
    port = free_port()
    model = {"model": "openai/gpt-4o", "api_key": "k", "api_base": env["OPENAI_BASE_URL"]}
    with TemporaryDirectory() as folder:
        config = Path(folder, "config.yaml")
        # JSON is YAML.
        config.write_text(json.dumps({"model_list": [{"model_name": "gpt-4o", "litellm_params": model}]}))
        env = env | {"LITELLM_MASTER_KEY": KEY, "LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOG": "ERROR"}
        command_line = [command, "--config", config, "--port", str(port), "--num_workers", "1"]
        with running(command_line, port, env, KEY) as server:
            yield server


def main(proxy: Path | None) -> None:
    with (
        upstream() as env,
        bare_server(env) as bare,
        fluxgate(env) as own,
        litellm(proxy, env) if proxy else nullcontext() as other,
    ):
        routes = [Route("bare", bare, PATH, ASKED), Route("gateway", own, PATH, ASKED)]
        if other:
            routes.append(Route("LiteLLM", other, PATH, ASKED))
        else:
            print("LiteLLM was left out: say where it is with --litellm")
        compare("whole", CONNECTIONS, routes)
        streamed = [replace(route, asked=ASKED | {"stream": True}) for route in routes]
        compare("streamed", STREAMS_AT_ONCE, streamed)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--litellm", type=Path)
    main(parser.parse_args().litellm)
