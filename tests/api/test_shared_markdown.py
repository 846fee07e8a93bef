"""A model's words as HTML for strangers: readable, and nothing of it runs or loads anything."""

from html.parser import HTMLParser

import pytest

from fluxgate_app.api.shared_markdown import html_of

PICTURE = "data:image/png;base64,iVBORw0KGgo="


class Tags(HTMLParser):
    """The tags of a text, and all their attributes."""

    def __init__(self, html: str):
        super().__init__()
        self.names, self.given = list[str](), list[tuple[str, str]]()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.names.append(tag)
        self.given += [(name, value or "") for name, value in attrs]


def test_markdown_is_written_as_the_chat_page_has_it():
    html = html_of("# Title\n\n- one\n- two\n\n```py\nx < 1\n```\n\n| a | b |\n|--:|---|\n| 1 | ~~2~~ |")
    assert '<div class="md-language">py</div><pre tabindex="0"><code>x &lt; 1</code></pre>' in html
    assert '<th align="right">a</th>' in html
    assert {"h1", "ul", "li", "table", "s"} <= set(Tags(html).names)
    assert "style=" not in html


def test_a_link_leads_out_and_shows_where():
    tags = Tags(html_of("[here](https://exаmple.org/a?b=1&c=2)"))
    given = dict(tags.given)
    assert given["href"] == given["title"] == "https://xn--exmple-4nf.org/a?b=1&c=2"
    assert given["rel"] == "noopener noreferrer nofollow"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<iframe srcdoc='<script>1</script>'></iframe>",
        "<svg onload=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](  jAvAsCrIpT:alert(1))",
        "![x](javascript:alert(1))",
        "![x](data:image/svg+xml;base64,PHN2Zz4=)",
        '[x](https://a.example "onmouseover=alert(1)")',
        '![" onerror="alert(1)](https://a.example/x.png)',
        "```<script>\nalert(1)\n```",
        "<style>*{display:none}</style>",
        "[x](vbscript:x)",
        '<a href="javascript:1">x</a>',
    ],
)
def test_what_is_hostile_is_inert(text: str):
    tags = Tags(html_of(text))
    assert set(tags.names) <= {"p", "a", "div", "pre", "code"}
    assert {name for name, _ in tags.given} <= {"href", "title", "target", "rel", "class", "tabindex"}
    assert all(value.startswith("https://") for name, value in tags.given if name == "href")


def test_formulas_are_drawn_in_every_way_in_which_models_write_them():
    html = html_of("$x^2$, $O(n)$, $n$, \\(y_1\\) and\n\n$$\n\\frac{a}{b}\n- c\n$$\n\n\\[\nz\n\\]")
    assert html.count("<math") == 6
    assert {"msup", "msub", "mfrac"} <= set(Tags(html).names)
    assert "<ul>" not in html


@pytest.mark.parametrize(
    "text", ["It costs $5 or $6", "$5-$6", "US$5 (or 6$)", "`$x^2$`", "```\n$x^2$\n```", "$ x^2 $", "$$"]
)
def test_what_is_no_formula_stays_as_it_is(text: str):
    assert "<math" not in html_of(text)


@pytest.mark.parametrize(
    "formula",
    [
        "\\text{<script>alert(1)</script>}_2",
        "\\href{javascript:alert(1)}{x_2}",
        "\\text{<img src=x onerror=1>}_2",
        "\\bad_{<b>}",
    ],
)
def test_a_hostile_formula_is_inert(formula: str):
    tags = Tags(html_of(f"${formula}$"))
    assert not {"script", "img", "b", "a"} & set(tags.names)
    assert {name for name, _ in tags.given} <= {"xmlns", "display"}


def test_what_is_done_and_what_is_to_do_is_marked():
    assert html_of("- [x] one\n- [ ] two\n- [a] three") == (
        '<ul>\n<li class="task">☑ one</li>\n<li class="task">☐ two</li>\n<li>[a] three</li>\n</ul>\n'
    )


def test_only_a_picture_that_is_in_the_text_is_shown():
    assert Tags(html_of(f"![cat]({PICTURE})")).given == [("src", PICTURE), ("alt", "cat")]
    assert Tags(html_of("![cat](https://a.example/cat.png)")).names == ["p", "a"]


@pytest.mark.parametrize(
    "text",
    [
        "*" * 50_000,
        "[" * 50_000,
        "> " * 20_000,
        "`" * 50_001,
        "x" * 100_000,
        "\\(" * 50_000,
        "$" * 50_000,
        "$\\frac{" * 20_000,
    ],
)
def test_a_strange_text_ends_soon(text: str):
    assert html_of(text)
