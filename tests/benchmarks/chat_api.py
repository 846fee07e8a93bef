"""`/api/chat` and `/api/chat/stream` against bare Starlette routes with the same SDK, no key and no tracking.

Run it: `python tests/benchmarks/chat_api.py`. Must be, in answers a second: at least 0.6 of the bare route, and 0.85 in
streams of 200 chunks.
"""

from side_by_side import CONNECTIONS, QUESTION, STREAMS_AT_ONCE, Route, bare_server, compare, fluxgate, upstream


def main() -> None:
    with upstream() as env, bare_server(env) as bare, fluxgate(env) as own:
        for title, path, connections in (
            ("whole", "/api/chat", CONNECTIONS),
            ("streamed", "/api/chat/stream", STREAMS_AT_ONCE),
        ):
            asked = QUESTION | {"model": "gpt-4o"}
            routes = [Route("bare", bare, path, asked), Route("FluxGate", own, path, asked)]
            compare(f"{path}, {title}", connections, routes)


if __name__ == "__main__":
    main()
