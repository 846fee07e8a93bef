"""How long figures take through the HTTP API, p95 of 50 runs each, beside what they may take.

Run it: `python tests/benchmarks/metrics.py [--events N] [--data DIR] [--runs N]`.
"""

from urllib.parse import parse_qsl

from views import Asking, View, asking

WEEK = {
    "all figures, hours, compared": "range=7d&interval=hour&compare=previous",
    "by model, compared": "range=7d&groupBy=model&compare=previous",
    "by feature, hours, compared": "range=7d&groupBy=feature&interval=hour&compare=previous",
    "by user, compared": "range=7d&groupBy=user&compare=previous",
    "what changed most, by user": "range=7d&groupBy=user&compare=previous&order=change",
}
QUARTER = {
    "by model and feature": "range=90d&groupBy=model,feature",
    "daily in UTC": "range=90d&interval=day",
    "daily in Berlin": "range=90d&interval=day&timezone=Europe/Berlin",
    "daily in Kolkata": "range=90d&interval=day&timezone=Asia/Kolkata",
    "by model, daily in UTC": "range=90d&groupBy=model&interval=day",
    "by user": "range=90d&groupBy=user",
}
ROWS = {
    "1 hour by conversation": "range=1h&groupBy=conversationId",
    "31 days by session, more than can be read": "range=31d&groupBy=sessionId",
}


def figures(name: str, query: str, at_one_million: int, at_ten: int) -> View:
    return View(name, "/api/metrics", dict(parse_qsl(query)) | {"origin": "all"}, at_one_million, at_ten)


def main(ask: Asking) -> None:
    ask.show("7-day dashboard, all its figures", [figures(*each, 100, 150) for each in WEEK.items()])
    ask.show("90-day dashboard by model and feature", [figures(*each, 150, 250) for each in QUARTER.items()])
    ask.show("read from the requests themselves", [figures(*each, 1000, 1000) for each in ROWS.items()])
    ask.show("Prometheus", [View("/metrics", "/metrics", {}, 50, 50)])


if __name__ == "__main__":
    with asking() as started:
        main(started)
