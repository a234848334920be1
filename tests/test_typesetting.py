"""Lines as wide as a terminal shows them, and texts cut where a reader would cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.typesetting import cut, graphemes, plain, width, wrap

words = st.text(st.sampled_from("中文标点，。；（）《》abc  def-1 é💩" + "\u0301"), max_size=200)


def test_a_wide_character_takes_two_columns_and_a_combining_one_none() -> None:
    assert [width(text) for text in ("abc", "中文", "，", "e\u0301", "💩", "")] == [3, 4, 2, 1, 2, 0]


@given(words, st.integers(10, 80))
def test_wrapping_loses_no_word_and_keeps_to_the_width(text: str, columns: int) -> None:
    lines = wrap(text, "", "  ", columns).split("\n")
    assert "".join("".join(lines).split()) == "".join(text.split())
    breakable = max((width(word) for word in text.split(" ")), default=0) <= 2
    assert not breakable or all(width(line) <= columns for line in lines)


def test_western_words_stay_whole() -> None:
    assert wrap("one two three", "", "", 8) == "one two\nthree"


def test_an_address_longer_than_a_line_stays_whole() -> None:
    assert (
        wrap("see https://example.org/a/very/long/way now", "", "", 10)
        == "see\nhttps://example.org/a/very/long/way\nnow"
    )


def test_no_line_begins_with_a_full_stop_or_ends_with_an_opening_bracket() -> None:
    assert wrap("一二三四五。六七", "", "", 10) == "一二三四\n五。六七"
    assert wrap("一二三四（五六）", "", "", 10) == "一二三四\n（五六）"


def test_the_first_line_and_the_others_have_their_own_indents() -> None:
    assert wrap("一二三四五六七八", "　　", "　", 10) == "　　一二三\n　四五六七\n　八"


@pytest.mark.parametrize("whole", ["👩‍👩‍👧", "🇨🇳", "e\u0301", "👍🏽", "❤️"])
def test_what_a_reader_counts_as_one_stays_one(whole: str) -> None:
    assert graphemes(f"a{whole}{whole}中") == ["a", whole, whole, "中"]
    assert cut(whole * 20, 10).removesuffix("…").replace(whole, "") == ""


@given(words, st.integers(2, 60))
def test_a_cut_text_fits_and_is_the_beginning(text: str, columns: int) -> None:
    short = cut(text, columns)
    assert width(short) <= columns
    assert short == text or text.startswith(short.removesuffix("…"))


def test_control_characters_become_one_space() -> None:
    assert plain("a\r\n\0b\x85c\u2028d\ud83de\u3000f") == "a b c d e\u3000f"
