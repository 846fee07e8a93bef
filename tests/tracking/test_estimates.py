"""Tokens that no vendor counted are estimated from the text: by the model's vocabulary, else by its characters."""

import os
import signal
import subprocess
import sys
import time

import pytest

from fluxgate_app.tracking.usage import vocabulary as vocabularies
from fluxgate_app.tracking.usage.estimate import tokens_in
from fluxgate_app.tracking.usage.vocabulary import prepare, read_in, vocabulary


@pytest.mark.parametrize(
    ("model", "text", "count"),
    [
        # As OpenAI's own tokenizer cuts them: Water| boils| at| |100| °|C|.
        ("gpt-4o", "Water boils at 100 °C.", 8),
        ("openai/gpt-4o-mini-2024-07-18", "Water boils at 100 °C.", 8),
        # Anthropic makes a fifth more of it, and a part of a token is one.
        ("claude-sonnet-4-6", "Water boils at 100 °C.", 10),
        ("us.anthropic.claude-sonnet-4-6-v1:0", "Water boils at 100 °C.", 10),
        ("models/gemini-2.5-flash", "Water boils at 100 °C.", 9),
        ("gpt-4o", "", 0),
        ("claude-sonnet-4-6", "a", 2),
    ],
)
def test_a_known_model_counts_by_its_vocabulary(model, text, count):
    assert tokens_in(text, model) == count


@pytest.mark.parametrize("text", ["", "a", "four", "fives", "x" * 400])
def test_for_any_other_model_four_characters_are_a_token(text):
    assert tokens_in(text, "my-own-model") == -(-len(text) // 4)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("gpt-4o", "o200k_base"),
        ("gpt-4.1-mini", "o200k_base"),
        ("gpt-5", "o200k_base"),
        ("o3-mini", "o200k_base"),
        ("gpt-4-turbo", "cl100k_base"),
        ("gpt-3.5-turbo", "cl100k_base"),
        ("text-embedding-3-small", "cl100k_base"),
        ("meta-llama/Llama-3.3-70B-Instruct", "llama3"),
        ("llama3.2", "llama3"),
        ("Qwen/Qwen3-32B", "qwen3"),
        ("deepseek-chat", "deepseek_v3"),
        ("mistral-large-latest", "mistral_v3"),
    ],
)
def test_each_family_has_its_own(model, name):
    assert vocabulary(model).name == name


def test_a_vocabulary_that_is_not_here_yet_is_read_in_beside_and_used_from_then_on(monkeypatch):
    monkeypatch.setattr(vocabularies, "_asked", set())
    monkeypatch.setattr(vocabularies, "_read", {})
    assert tokens_in("x" * 400, "qwen3") == 100
    until = time.monotonic() + 20
    while "qwen3" not in vocabularies._read and time.monotonic() < until:
        time.sleep(0.01)
    assert tokens_in("x" * 400, "qwen3") < 100


def test_a_long_text_is_counted_in_part_and_near_enough():
    words = "The sea is salt, and rivers are not: rain takes the salt of stones down to it. "
    assert tokens_in(words * 1000, "gpt-4o") == pytest.approx(100 * tokens_in(words * 10, "gpt-4o"), rel=0.01)


@pytest.mark.parametrize("letter", ["a", " ", "東", "😀", "\0"])
def test_no_text_takes_long(letter):
    began = time.process_time()
    assert tokens_in(letter * 1_000_000, "gpt-4o") > 0
    assert time.process_time() - began < 2


def test_a_forked_process_counts_on():
    read_in("o200k_base")
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        prepare("deepseek-chat")
        os._exit(tokens_in("Water boils at 100 °C.", "gpt-4o"))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 8


def test_a_process_forked_while_it_is_read_in_reads_it_in_itself(monkeypatch):
    monkeypatch.setattr(vocabularies, "_read", {})
    vocabularies._asked.add("o200k_base")
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        prepare("gpt-4o")
        while "o200k_base" not in vocabularies._read:
            time.sleep(0.01)
        os._exit(tokens_in("Water boils at 100 °C.", "gpt-4o"))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 8


def test_a_program_that_ends_at_once_ends_well():
    program = "from fluxgate_app.tracking.usage.vocabulary import prepare; prepare('gpt-4o')"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
