"""Take out of a text what identifies people or opens doors: e-mail addresses, phone and card numbers, keys."""

import re

_KEY = re.compile(
    r"(?<![A-Za-z0-9])"
    r"(?:(?:sk|pk|rk|fg|gsk|hf|gh[opsu]|github_pat|glpat|xox[abprs])[-_]|AIza|AKIA|ASIA|eyJ)[\w.-]{12,}"
)
# Beginnings are anchored and lengths bounded, so that a long text costs time in proportion to its length.
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_NUMBER = re.compile(r"(?<![\w.,])[+(]?\d[\d ()./-]{5,26}\d(?![\w:])")
_FRACTION = re.compile(r"\d+\.\d+")


def redacted(text: str) -> str:
    """The text with `[key]`, `[email]`, `[card]` and `[phone]` in their places."""
    return _NUMBER.sub(_number, _EMAIL.sub("[email]", _KEY.sub("[key]", text)))


def _number(match: re.Match[str]) -> str:
    digits = [int(character) for character in match[0] if character.isdecimal()]
    if 13 <= len(digits) <= 19 and _checks(digits):
        return "[card]"
    # Shorter ones are dates and amounts; with one point and nothing else it is a fraction.
    is_phone = 9 <= len(digits) <= 15 and not _FRACTION.fullmatch(match[0])
    return "[phone]" if is_phone else match[0]


def _checks(digits: list[int]) -> bool:
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
