"""What is read of a file that is too long."""

from __future__ import annotations

from keyguide.core.evidence.file_excerpt import choose_excerpt


def test_a_short_text_is_read_whole() -> None:
    assert choose_excerpt("hello\nworld", 11) == "hello\nworld"


def test_of_a_long_text_the_lines_with_codes_are_read_first_and_once() -> None:
    lines = [
        "start",
        *["nothing here"] * 50,
        " error 0xC004F211 ",
        "again",
        "error 0xC004F211",
        "error 0x8007007B",
    ]

    text = choose_excerpt("\n".join(lines), 100)

    assert len(text) == 100
    assert text.startswith("error 0xC004F211\nerror 0x8007007B\nstart\nnothing here\n")
