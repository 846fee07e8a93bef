"""What the demo provider says: invented markdown about the question, always the same for the same question."""

import re
from random import Random

CLOSING = "*Invented by the demo provider, which knows nothing: set an API key to ask a real model.*"

LEAD = re.compile(
    r"(please|hey|hi|hello|thanks|can you|could you|would you|tell me|explain|describe|summari[sz]e|compare|show me"
    r"|give me|help me|i want to|i need to|write|list|name|about|what('s| is| are| does| was)|who (is|was)"
    r"|how (do|does|can|should|would|to|is|are)|why (is|are|do|does)|when|where|which|a|an|the|me|i|we|you)\b[\s,:]*",
    re.IGNORECASE,
)
TOKEN = re.compile(r"\s?[^\W\d_]{1,9}|\s?\d{1,3}|\s?[^\w\s]{1,3}|\s+|_")


def split(text: str) -> list[str]:
    """Tokens as a vendor would cut them, about four characters each; joined they are the text again."""
    return TOKEN.findall(text)


def topic(question: str) -> str:
    """The few words that the question is about, fit to stand in the middle of markdown."""
    lines = question.strip().splitlines() or [""]
    words = " ".join(re.sub(r"[*_`#|<>\[\]\\]", "", lines[0]).split()).strip(" ?!.,:;")
    while (lead := LEAD.match(words)) and lead.end() < len(words):
        words = words[lead.end() :]
    return words if len(words) <= 60 else words[:60].rpartition(" ")[0] or words[:60]


def compose(question: str) -> str:
    """One to two hundred tokens, in the shape that the question asks for."""
    words = question.lower()
    about = topic(question)
    if not about or re.fullmatch(r"(hi|hello|hey|good (morning|evening))[\s!.]*", words):
        return f"Hello! Ask me anything, and watch the answer arrive, be timed and be priced.\n\n{CLOSING}"
    if "triage" in words:
        return _triage(words)
    if re.search(r"\b(code|function|script|regex|program|query)\b", words):
        return f"{_code(about)}\n\n{CLOSING}"
    if re.search(r"\b(compare|versus|vs|difference|better)\b", words):
        return f"{_table(about)}\n\n{CLOSING}"
    return f"{_steps(about)}\n\n{CLOSING}"


def compose_long(question: str, size: int) -> str:
    """Exactly `size` bytes of headings, paragraphs, lists, code and tables about the question."""
    about = topic(question) or "streaming"
    random = Random(question)
    sections: list[str] = []
    left = size
    while True:
        section = _section(about, len(sections) + 1, random)
        if len(section.encode()) > left:
            break
        sections.append(section)
        left -= len(section.encode())
    sentence = "This sentence fills the answer up to the size that was asked for. "
    return "".join(sections) + (sentence * (left // len(sentence) + 1))[:left]


def _triage(words: str) -> str:
    urgent = re.search(r"\b(urgent|down|outage|cannot|can't|charged|refund|security|lost|broken)\b", words)
    mild = re.search(r"\b(question|wondering|feature|idea|typo|thanks)\b", words)
    priority = "high" if urgent else "low" if mild else "medium"
    return (
        f"**Priority:** {priority}\n\n**Reply draft:** Thank you for telling us; we are looking into it"
        f"{' right now' if priority == 'high' else ''} and will write to you again before the end of the day."
    )


def _steps(about: str) -> str:
    return (
        f"The short answer: treat **{about}** as three smaller questions and take them in order.\n\n"
        f"1. **Say what you want from it.** One sentence about {about} that a newcomer would understand.\n"
        "2. **Find what it depends on.** Most surprises come from one thing that everybody takes for granted.\n"
        "3. **Try the smallest case.** If that works, the rest is repetition; if not, you know where to look.\n\n"
        "Two things that people get wrong:\n\n"
        "- They start with the details, and have to start again.\n"
        "- They never write down how they will know that it worked."
    )


def _code(about: str) -> str:
    return (
        f"Here is a small starting point for **{about}**:\n\n"
        "```python\n"
        "def solve(items: list[str]) -> dict[str, int]:\n"
        '    """Count how often each item occurs, the most frequent first."""\n'
        "    counts: dict[str, int] = {}\n"
        "    for item in items:\n"
        "        counts[item] = counts.get(item, 0) + 1\n"
        "    return dict(sorted(counts.items(), key=lambda pair: -pair[1]))\n"
        "```\n\n"
        'Call it with `solve(["a", "b", "a"])` and it returns `{\'a\': 2, \'b\': 1}`. '
        "Give it a test for the empty list before you build on it."
    )


def _table(about: str) -> str:
    return (
        f"It depends on what matters to you most. For **{about}**, side by side:\n\n"
        "| | the first | the second |\n| --- | --- | --- |\n"
        "| to begin with | quick | takes a day |\n"
        "| when it grows | needs care | stays the same |\n"
        "| cost | low at first | flat |\n"
        "| when it fails | you notice at once | you notice late |\n\n"
        "Take the first while you are learning what you need, and the second once you know."
    )


def _section(about: str, number: int, random: Random) -> str:
    parts = [_paragraph(about, random), _bullets(random), _snippet(number, random), _figures(random)]
    random.shuffle(parts)
    return f"## {number}. {random.choice(HEADINGS)}\n\n" + "".join(f"{part}\n\n" for part in parts)


def _paragraph(about: str, random: Random) -> str:
    chosen = random.sample(SENTENCES, 4)
    return " ".join([chosen[0], f"For **{about}** that is the part to look at first.", *chosen[1:]])


def _bullets(random: Random) -> str:
    return "\n".join(
        f"- *{word}*: {sentence}" for word, sentence in zip(WORDS, random.sample(SENTENCES, 3), strict=False)
    )


def _snippet(number: int, random: Random) -> str:
    seconds = random.randint(1, 90)
    return (
        f"```python\ndef wait_{number}(tries: int) -> float:\n"
        f"    # Each try waits longer than the one before it.\n    return min({seconds}, 0.5 * 2**tries)\n```"
    )


def _figures(random: Random) -> str:
    rows = "\n".join(f"| {word} | {random.randint(10, 99)} ms | {random.randint(1, 400)} |" for word in WORDS)
    return f"| step | time | count |\n| --- | ---: | ---: |\n{rows}"


HEADINGS = ("Where to begin", "What it costs", "How it fails", "What to measure", "Who is asking", "When to stop")
WORDS = ("first", "then", "at last")
SENTENCES = (
    "A queue hides a slow consumer until the day it is full.",
    "Measure the first token apart from the last, because people wait for the first.",
    "Whatever is retried must be safe to do twice.",
    "A cache that nobody invalidates is a second database.",
    "The cheapest request is the one that was never sent.",
    "An average says little about the slowest one in a hundred.",
    "Timeouts belong where somebody can do something about them.",
    "Names that are right today keep a system readable for years.",
    "What is written down once need not be remembered twice.",
    "An error message that names the way out saves an hour.",
)
