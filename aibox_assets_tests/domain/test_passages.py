"""Neighbouring chunks as one text."""

from aibox_assets.domain.passages import join_chunks


def test_offsets_hold_over_overlaps_and_gaps() -> None:
    text = "One two three. Four five.\n\nSix seven."
    pieces = [(0, text[:14]), (8, text[8:25]), (27, text[27:])]
    assert join_chunks(pieces) == text
    assert join_chunks([(100 + start, piece) for start, piece in pieces]) == text
    assert join_chunks([(5, "abcdef"), (7, "cd")]) == "abcdef"
    assert join_chunks([]) == ""
