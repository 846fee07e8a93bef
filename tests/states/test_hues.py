"""The hues of charts: the same thing has the same one, different things different ones."""

from fluxgate_app.states.hues import HUES, hues


def test_a_provider_keeps_its_hue_whoever_stands_beside_it() -> None:
    assert hues([("openai",)]) == hues([("openai",), ("anthropic",)])[:1] == hues([("ollama",), ("openai",)])[1:]


def test_as_many_as_there_are_hues_all_differ() -> None:
    names = [(f"model-{number}",) for number in range(HUES)]
    assert sorted(hues(names)) == list(range(HUES))


def test_the_order_in_a_chart_changes_no_hue() -> None:
    names = [(f"model-{number}", "chat") for number in range(6)]
    assert hues(names)[::-1] == hues(names[::-1])


def test_beyond_them_hues_repeat() -> None:
    assert len(hues([(f"model-{number}",) for number in range(HUES + 3)])) == HUES + 3
