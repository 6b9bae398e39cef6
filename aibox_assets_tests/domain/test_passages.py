"""Neighbouring chunks as one text, and one passage for those that say the same."""

from aibox_assets.domain.passages import MERGED_CHARS, FoundPassage, Passage, gather, join_chunks
from aibox_assets.domain.snippets import cut_snippet


def test_offsets_hold_over_overlaps_and_gaps() -> None:
    text = "One two three. Four five.\n\nSix seven."
    pieces = [(0, text[:14]), (8, text[8:25]), (27, text[27:])]
    assert join_chunks(pieces) == text
    assert join_chunks([(100 + start, piece) for start, piece in pieces]) == text
    assert join_chunks([(5, "abcdef"), (7, "cd")]) == "abcdef"
    assert join_chunks([]) == ""


def found(
    text: str, start: int = 0, file_id: str = "a", score: float = 0.9, match: tuple[int, int] = (0, 3)
) -> FoundPassage:
    chunk_id = f"{file_id}:{start}"
    place = Passage(
        file_id, file_id, "ann", None, (chunk_id,), 1, None, (), start, start + len(text), text, "en"
    )
    return FoundPassage(place, chunk_id, score, 0.9, cut_snippet(text, [match]), (match,))


def test_neighbours_become_one_passage_of_the_better_score() -> None:
    text = "One two three. Four five.\n\nSix seven."
    (merged,) = gather(
        [found(text[27:], 27), found(text[:14], score=0.8), found(text[8:25], 8, score=0.7)][::1]
    )
    assert (merged.passage.text, merged.score, merged.chunk_id) == (text, 0.9, "a:27")
    assert merged.passage.chunk_ids == ("a:0", "a:8", "a:27")
    assert (merged.passage.char_start, merged.passage.char_end) == (0, len(text))
    assert [text[s:e] for s, e in merged.matches] == ["One", "thr", "Six"]


def test_what_is_apart_or_would_grow_too_long_stays_apart() -> None:
    far = [found("One two."), found("Three four.", 100), found("Five six.", file_id="b")]
    assert gather(far) == far
    long = [found("x" * MERGED_CHARS), found("yes", MERGED_CHARS)]
    assert gather(long) == long


def test_copies_in_other_files_are_folded() -> None:
    first, copy = (
        found("The battery was founded in Oslo."),
        found("the Battery, was founded in OSLO", 5, "b", 0.8),
    )
    (kept,) = gather([first, copy])
    assert (kept.passage, kept.copies) == (first.passage, (copy.passage,))
