"""Formulas in a shared conversation as MathML, found as the chat page finds them (`components/maths.js`)."""

import re
from html import escape
from xml.etree import ElementTree

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

# What is longer is no formula, and looking for its end would take long.
_LONGEST = 1000
_MATHML = "http://www.w3.org/1998/Math/MathML"
_TAG = re.compile(
    "math|mrow|m[inos]|mtext|mspace|msu[bp]|msubsup|mfrac|msqrt|mroot|munder|mover|munderover|mtable|mtr|mtd|mstyle"
    "|mpadded|mphantom|mmultiscripts|mprescripts|none"
)
_ATTRIBUTE = re.compile(
    "display|mathvariant|stretchy|fence|form|separator|largeop|movablelimits|accent|accentunder|minsize|maxsize|width"
    "|linethickness|columnalign|displaystyle|scriptlevel"
)
_VALUE = re.compile(r"[\w.%+-]{1,20}")
_ENDS = {"$$": "$$", "\\[": "\\]"}
_INLINE = re.compile(
    r"\$\$(?P<display>[^$]{1,1000}?)\$\$|\\\[(?P<bracketed>.{1,1000}?)\\\]|\\\((?P<inline>.{1,1000}?)\\\)"
    # A single dollar is most often money: only what cannot be a sum counts.
    r"|(?<![\\$\w])\$(?=[^\s$])(?P<dollar>[^$\n]{0,1000}[\\^_={}+<>][^$\n]{0,1000}|[A-Za-z]['!]?"
    r"|[A-Za-z]\([^()$\n]{0,1000}\))(?<=\S)\$(?![$\w])",
    re.DOTALL,
)


def with_maths(markdown: MarkdownIt) -> MarkdownIt:
    """The same reader, which has tokens `maths` and `maths_block` for formulas."""
    markdown.inline.ruler.before("escape", "maths", _inline)
    markdown.block.ruler.before("fence", "maths", _block, {"alt": ["paragraph", "blockquote", "list"]})
    return markdown


def mathml(formula: str, *, is_display: bool) -> str:
    """The formula as MathML, or as it was written when it cannot be read or has anything else in it."""
    try:
        shown = "block" if is_display else "inline"
        return _harmless(convert(formula.strip(), display=shown) if len(formula) <= _LONGEST else "")
    except Exception:  # The library raises whatever comes, as deep as a formula may be.
        return f"<code>{escape(formula)}</code>"


def _harmless(converted: str) -> str:
    # The library passes on what looks like HTML in a formula, and links.
    root = ElementTree.fromstring(converted)
    for part in root.iter():
        part.tag = part.tag.removeprefix(f"{{{_MATHML}}}")
        if not _TAG.fullmatch(part.tag):
            raise ValueError
        kept = {name: value for name, value in part.items() if _ATTRIBUTE.fullmatch(name) and _VALUE.fullmatch(value)}
        part.attrib = kept
    root.set("xmlns", _MATHML)
    return ElementTree.tostring(root, encoding="unicode")


def _inline(state: StateInline, silent: bool) -> bool:
    src, at = state.src, state.pos
    end = {"\\(": "\\)", "\\[": "\\]"}.get(src[at : at + 2], "$" if src[at] == "$" else None)
    if end is None or src.find(end, at + 1, at + _LONGEST + 4) < 0 or not (found := _INLINE.match(src, at)):
        return False
    if not silent:
        token = state.push("maths", "math", 0)
        token.content = found[found.lastgroup or 0]
        token.meta = {"display": found.lastgroup in ("display", "bracketed")}
    state.pos = found.end()
    return True


def _block(state: StateBlock, start: int, last: int, silent: bool) -> bool:
    first = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]].strip()
    end = _ENDS.get(first)
    if end is None or state.is_code_block(start):
        return False
    lines = (state.src[state.bMarks[line] : state.eMarks[line]].strip() for line in range(start + 1, last))
    length = next((number for number, line in enumerate(lines, 1) if line == end), None)
    if length is None:
        return False
    if not silent:
        token = state.push("maths_block", "math", 0)
        token.content = state.getLines(start + 1, start + length, state.blkIndent, False)
        token.map = [start, start + length + 1]
        state.line = start + length + 1
    return True
