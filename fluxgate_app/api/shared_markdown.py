"""A model's words as HTML for a page without scripts: markdown, no raw HTML, no picture from elsewhere."""

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from fluxgate_app.api.shared_maths import mathml, with_maths

_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,", re.IGNORECASE)
_TASK = re.compile(r"\[([ xX])\] +")


@lru_cache(maxsize=256)
def html_of(text: str) -> str:
    """The text as HTML; what looks like HTML in it is shown as the text it is."""
    rendered: str = _MARKDOWN.render(text)
    return rendered


class _Renderer(RendererHTML):
    # As the chat page has it; styles in attributes are none, as the page's policy allows no others than its own.

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        language = tokens[idx].info.strip().split(maxsplit=1)
        named = f'<div class="md-language">{escape(language[0])}</div>' if language else ""
        code = escape(tokens[idx].content.rstrip("\n"))
        return f'<div class="md-code">{named}<pre tabindex="0"><code>{code}</code></pre></div>\n'

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return self.fence(tokens, idx, options, env)

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        source, words = str(tokens[idx].attrs.get("src", "")), escape(tokens[idx].content)
        if _PICTURE.match(source):
            return f'<img src="{escape(source)}" alt="{words}">'
        # An image from elsewhere would tell its host who reads this: it becomes a link.
        return f'<a href="{escape(source)}"{_OUT}>{words or "image"} ↗</a>'

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        address = escape(str(tokens[idx].attrs.get("href", "")))
        return f'<a href="{address}" title="{address}"{_OUT}>'

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return '<div class="md-table" tabindex="0" role="region" aria-label="Table"><table>'

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</table></div>"

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        side = str(tokens[idx].attrs.get("style", "")).removeprefix("text-align:")
        return f'<{tokens[idx].tag} align="{side}">' if side else f"<{tokens[idx].tag}>"

    td_open = th_open

    def maths(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return mathml(tokens[idx].content, is_display=tokens[idx].meta["display"])

    def maths_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"<p>{mathml(tokens[idx].content, is_display=True)}</p>\n"


def _mark_tasks(state: StateCore) -> None:
    for item, _, inline in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if item.type == "list_item_open" and inline.children and (box := _TASK.match(inline.children[0].content)):
            item.attrSet("class", "task")
            text = inline.children[0]
            text.content = f"{'☐' if box[1] == ' ' else '☑'} {text.content[box.end() :]}"


_OUT = ' target="_blank" rel="noopener noreferrer nofollow"'
_MARKDOWN = with_maths(MarkdownIt("js-default", {"html": False, "linkify": False}, renderer_cls=_Renderer))
_MARKDOWN.core.ruler.push("tasks", _mark_tasks)
