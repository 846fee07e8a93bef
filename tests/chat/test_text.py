"""The growing text and its offsets, which are JavaScript's."""

from hypothesis import given
from hypothesis import strategies as st

from fluxgate_app.chat.text import DeltaCleaner, GrowingText, Piece, utf16_length

PARTS = st.lists(st.text(alphabet="ab é😀👩‍", max_size=5), max_size=8)


def javascript(text: str) -> bytes:
    """The text as JavaScript has it: two bytes for each of its units."""
    return text.encode("utf-16-le")


def test_a_late_reader_gets_everything_from_its_offset():
    text = GrowingText()
    for part in ("Hello ", "😀", " world"):
        text.add(part)
    assert text.length == 14
    assert text.since(0) == Piece(0, "Hello 😀 world")
    assert text.since(8) == Piece(8, " world")
    assert text.since(8).end == 14


def test_an_offset_inside_an_emoji_goes_back_to_its_beginning():
    text = GrowingText()
    text.add("a😀b")
    assert text.since(2) == Piece(1, "😀b")


def test_an_offset_beyond_the_end_is_the_end():
    text = GrowingText()
    assert text.since(7) == Piece(0, "")
    text.add("abc")
    assert text.since(7) == Piece(3, "")


@given(PARTS, st.integers(-2, 60))
def test_any_piece_laid_over_a_javascript_buffer_gives_the_text(parts: list[str], offset: int):
    text = GrowingText()
    for part in parts:
        text.add(part)
    piece = text.since(offset)
    assert javascript(str(text))[: piece.offset * 2] + javascript(piece.text) == javascript("".join(parts))
    assert piece.end == text.length == utf16_length("".join(parts))


def test_an_emoji_cut_in_two_deltas_is_put_together():
    cleaner = DeltaCleaner()
    assert [cleaner.feed(delta) for delta in ("a\ud83d", "\ude00b", "c")] == ["a", "😀b", "c"]
    assert cleaner.rest() == ""


def test_what_is_no_text_is_replaced():
    cleaner = DeltaCleaner()
    assert cleaner.feed("a\0b\ude00") == "a\ufffdb\ufffd"
    assert cleaner.feed("c\ud83d") == "c"
    assert cleaner.rest() == "\ufffd"
