"""The scripts that keep a conversation in the browser: whatever gets lost or comes twice, the text is whole."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

COMPONENTS = Path(__file__).parents[2] / "fluxgate_app" / "components"
NODE = Path(sys.executable).with_name("node")

MARKDOWN = """\
# A title
Text right below it, with `code`, **bold** and [a link](https://example.com).

- one
  - deeper

    with a paragraph
- two
```python
if x:

    print("a blank line before this")
```
| a | b |
| --- | --- |
| 1 | 2 |

after the table

1. first

2. second
> quoted

~~~
tilde ``` inside
~~~

The end 🙂
"""


def run(script: str, given: Any) -> Any:
    """What the script says of what it is given; `blocks` and `messages` are our modules."""
    imports = "".join(
        f'import * as {name} from "{(COMPONENTS / name).as_uri()}.js";' for name in ("blocks", "messages")
    )
    code = f"{imports} const given = JSON.parse(process.argv[1]); console.log(JSON.stringify({script}));"
    command = [NODE, "--no-warnings", "--input-type=module", "-e", code, json.dumps(given)]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(said.stdout)


def kinds(text: str) -> list[str]:
    """The kinds of block a text is cut into."""
    return run("blocks.blocksOf(given).map((block) => block.kind)", text)


def test_it_cuts_markdown_where_a_reader_would() -> None:
    assert kinds(MARKDOWN) == ["heading", "text", "list", "code", "table", "text", "list", "code", "text"]


def test_the_blocks_are_the_text() -> None:
    text = run('blocks.blocksOf(given).map((b) => given.slice(b.start, b.end)).join("")', MARKDOWN)
    assert text.split() == MARKDOWN.split()


@pytest.mark.parametrize(
    ("text", "parts"),
    [("word " * 20_000, 26), ("x" * 100_000, 25), ("- item\n" * 2000, 5), ("line\n" * 4000, 5)],
)
def test_what_is_long_is_cut_all_the_same(text: str, parts: int) -> None:
    assert len(kinds(text)) == pytest.approx(parts, abs=1)


def test_the_parts_of_a_long_table_repeat_its_head() -> None:
    table = "| a | b |\n| --- | --- |\n" + "| 1 | 2 |\n" * 1000
    heads = run("blocks.blocksOf(given).map((block) => block.head)", table)
    assert len(heads) == 3
    assert set(heads[1:]) == {"| a | b |\n| --- | --- |\n"}


@pytest.mark.parametrize(
    ("half", "whole"),
    [
        ("See **bol", "See **bol**"),
        ("See **", "See "),
        ("Run `pip inst", "Run `pip inst`"),
        ("See [the arti", "See the arti"),
        ("See [the article](https://exa", "See the article"),
        ("![a picture](https://exa", "a picture"),
        ("A paragraph\n-", "A paragraph\n"),
        ("| a | b |\n| -", "| a | b |\n| --- | --- |"),
        ("```python\nx = `", "```python\nx = `"),
        ("All is well.", "All is well."),
    ],
)
def test_an_unfinished_end_looks_finished(half: str, whole: str) -> None:
    assert run("blocks.mended(given)", half) == whole


def read(*steps: dict[str, Any]) -> dict[str, Any]:
    """What a page has after these feeds and pieces: the messages, and from where on something is missing."""
    script = """(given.forEach((step) => ("epoch" in step ? messages.takeFeed(step) : messages.takePiece(step))), {
      texts: messages.messageIds().map((id) => messages.messageOf(id).text),
      blocks: (messages.lastMessage()?.blocks ?? []).map((block) => block.text).join(""),
      missing: messages.missingFrom(),
    })"""
    return run(script, list(steps))


def whole(*messages: dict[str, Any], epoch: str = "1") -> dict[str, Any]:
    """A feed with everything."""
    return {"epoch": epoch, "updates": [{"revision": 1, "messages": list(messages)}]}


def changes(*revisions: tuple[int, dict[str, Any]], epoch: str = "1") -> dict[str, Any]:
    """A feed with a few changes."""
    return {"epoch": epoch, "updates": [{"revision": number, "message": message} for number, message in revisions]}


EMPTY = {"id": "a", "role": "assistant", "status": "streaming", "text": ""}
DONE = {"id": "a", "status": "done", "length": 11}


def test_pieces_make_the_answer() -> None:
    page = read(whole(EMPTY), {"at": 0, "text": "Hello "}, {"at": 0, "text": "Hello world"}, changes((2, DONE)))
    assert page == {"texts": ["Hello world"], "blocks": "Hello world", "missing": None}


def test_a_piece_that_comes_again_changes_nothing() -> None:
    page = read(whole(EMPTY), {"at": 0, "text": "Hello world"}, {"at": 0, "text": "Hello "})
    assert page["texts"] == ["Hello world"]


def test_a_lost_piece_is_noticed_and_healed() -> None:
    assert read(whole(EMPTY), {"at": 0, "text": "He"}, {"at": 6, "text": "world"})["missing"] == 2
    page = read(whole(EMPTY), {"at": 0, "text": "He"}, {"at": 6, "text": "world"}, {"at": 2, "text": "llo world"})
    assert page == {"texts": ["Hello world"], "blocks": "Hello world", "missing": None}


def test_the_last_piece_may_come_with_the_end() -> None:
    assert read(whole(EMPTY), changes((2, DONE)))["missing"] == 0
    page = read(whole(EMPTY), changes((2, DONE)), {"at": 0, "text": "Hello world"})
    assert page == {"texts": ["Hello world"], "blocks": "Hello world", "missing": None}


def test_a_lost_change_comes_with_the_next() -> None:
    question = {"id": "b", "role": "user", "text": "Hi"}
    page = read(whole(EMPTY), changes((2, {"id": "a", "text": "Yes"}), (3, question)))
    assert page["texts"] == ["Yes", "Hi"]


def test_changes_that_were_never_seen_are_missed() -> None:
    assert read(whole(EMPTY), changes((4, DONE)))["missing"] == -1
    assert read(changes((2, DONE), epoch="another"))["missing"] == -1


def test_the_whole_heals_everything() -> None:
    page = read(whole(EMPTY), changes((4, DONE)), whole({**EMPTY, "text": "Hello"}, epoch="2"))
    assert page == {"texts": ["Hello"], "blocks": "Hello", "missing": None}


def test_an_answer_cut_anywhere_is_the_same_as_the_whole() -> None:
    """However it arrives, the blocks are those of the finished text."""
    script = """given.every((size) => {
      const text = TEXT;
      messages.takeFeed({ epoch: String(size), updates: [{ revision: 1, messages: [EMPTY] }] });
      for (let at = 0; at < text.length; at += size) {
        const from = Math.max(0, at - 7);
        messages.takePiece({ at: from, text: text.slice(from, at + size) });
      }
      const grown = messages.lastMessage().blocks.map((block) => [block.start, block.kind]);
      return JSON.stringify(grown) === JSON.stringify(blocks.blocksOf(text).map((block) => [block.start, block.kind]));
    })"""
    script = script.replace("TEXT", json.dumps(MARKDOWN * 3)).replace("EMPTY", json.dumps(EMPTY))
    assert run(script, [1, 2, 3, 5, 8, 13, 50, 400]) is True
