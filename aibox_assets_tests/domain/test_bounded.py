"""One file that takes too long is named, and every other one gets its results."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from aibox_assets.domain.bounded import embed_within, extract_within
from aibox_assets.domain.embed import ENGLISH, Embedder, Vectors, describe_model
from aibox_assets.domain.models import Chunk, EntityMention, Extraction, Triple
from aibox_assets.domain.time_limit import TimeLimitExceededError

LIMIT = 0.5


class SlowAt:
    """An extractor that finds each text's first word, and one that never ends where the text says so."""

    name = version = "test"

    def __init__(self) -> None:
        self.parts: list[list[str]] = []

    def extract(self, chunks: Sequence[Chunk]) -> list[Extraction]:
        self.parts.append([chunk.text for chunk in chunks])
        while any("endless" in chunk.text for chunk in chunks):
            pass
        return [_extraction(chunk) for chunk in chunks]


def _extraction(chunk: Chunk) -> Extraction:
    word = chunk.text.split()[0]
    place = (chunk.file_id, chunk.chunk_id)
    offsets = {"char_start": chunk.char_start, "char_end": chunk.char_start + len(word), "confidence": 1.0}
    mention = EntityMention(*place, f"Other:{word}", word, "Other", **offsets)
    triple = Triple(
        *place,
        head=word, head_type="Other", head_key=word, relation="IS",
        tail=word, tail_type="Other", tail_key=word, evidence=word, **offsets,
    )  # fmt: skip
    return Extraction(chunk.chunk_id, (mention,), (triple,))


def _file(file_id: str, *texts: str) -> list[Chunk]:
    return [
        Chunk(f"{file_id}-{i}", file_id, i, text, 1, 100 * i, 100 * i + len(text), None, None, (), "en")
        for i, text in enumerate(texts)
    ]


def test_every_chunk_gets_what_its_text_says_at_its_own_place() -> None:
    extractor = SlowAt()
    chunks = [*_file("a", "one", "two", "one"), *_file("b", "three", "one")]
    found, failed = extract_within(extractor, chunks, seconds=20)
    assert found == {chunk.chunk_id: _extraction(chunk) for chunk in chunks}
    assert failed == {}
    assert extractor.parts == [["one", "two", "three"]]  # equal texts are read once


def test_parts_are_no_longer_than_asked_for_and_are_told_as_they_are_done() -> None:
    told: list[list[str]] = []

    def on_part(chunks: Sequence[Chunk], found: Sequence[Extraction]) -> None:
        assert [chunk.chunk_id for chunk in chunks] == [each.chunk_id for each in found]
        told.append([chunk.text for chunk in chunks])

    extract_within(SlowAt(), _file("a", *"abcde"), seconds=20, part_chunks=2, on_part=on_part)
    assert told == [["a", "b"], ["c", "d"], ["e"]]


def test_the_slow_file_is_named_and_its_neighbours_go_on() -> None:
    extractor = SlowAt()
    files = {
        "before": _file("before", "one", "two"),
        "slow": _file("slow", "three", "endless", *(f"later {i}" for i in range(5))),
        "behind": _file("behind", "four", "five", "six"),
    }
    chunks = [chunk for file in files.values() for chunk in file]
    found, failed = extract_within(extractor, chunks, seconds=LIMIT, part_chunks=6)
    assert set(found) == {chunk.chunk_id for chunk in (*files["before"], *files["behind"])}
    assert set(failed) == {"slow"}
    error = failed["slow"]
    assert isinstance(error, TimeLimitExceededError)
    assert str(error) == (
        "Extraction from its chunks 0 to 3 took longer than the limit of 0.5 s. "
        "Split the file, or raise AIBOX_PART_SECONDS."
    )
    # The part, then its two files, then the next part without what is left of the slow one.
    assert [len(part) for part in extractor.parts] == [6, 2, 4, 3]


def test_a_text_of_a_failed_file_is_read_again_for_the_others_that_have_it() -> None:
    chunks = [*_file("slow", "shared", "endless"), *_file("good", "shared"), *_file("bad", "own", "endless")]
    found, failed = extract_within(SlowAt(), chunks, seconds=LIMIT)
    assert found == {"good-0": _extraction(chunks[2])}
    assert set(failed) == {"slow", "bad"}


def test_nothing_is_nothing() -> None:
    assert extract_within(SlowAt(), [], seconds=1) == ({}, {})


@pytest.fixture(scope="module", params=[1, 2], ids=["one thread", "two threads"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    return Embedder(describe_model(ENGLISH), threads=request.param)


def test_vectors_by_text(embedder: Embedder) -> None:
    chunks = [*_file("a", "A short one.", "Another."), *_file("b", "Another.", "A third.")]
    vectors, failed = embed_within(embedder, chunks, seconds=60, part_chunks=2)
    assert failed == {}
    assert set(vectors) == {chunk.text_hash for chunk in chunks}
    for chunk in chunks:
        expected = embedder.encode_passages([chunk.text])[0]
        assert float(vectors[chunk.text_hash] @ expected) > 0.9999


def test_an_interrupted_model_still_serves_the_questions_and_the_next_file(embedder: Embedder) -> None:
    before = embedder.encode_query("Where is it?")
    answers: list[Vectors] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            answers.append(embedder.encode_query("Where is it?"))

    questions = threading.Thread(target=ask)
    questions.start()
    try:
        long = _file("long", *(f"{i} " + "the board talked about the budget " * 40 for i in range(2000)))
        for _ in range(3):
            vectors, failed = embed_within(embedder, long, seconds=0.3, part_chunks=2000)
            assert (set(failed), vectors) == ({"long"}, {})
        answered = len(answers)
        vectors, failed = embed_within(embedder, _file("next", "A short one."), seconds=60)
        assert (len(vectors), failed) == (1, {})
        _wait_for(lambda: len(answers) > answered)
    finally:
        stop.set()
        questions.join(30)
    np.testing.assert_allclose(np.stack(answers), np.stack([before] * len(answers)), atol=1e-5)


def _wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)
