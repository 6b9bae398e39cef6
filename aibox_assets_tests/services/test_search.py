"""Searching as people do, against a real Postgres; the vectors are given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from huggingface_hub import constants
from sqlalchemy import Engine

from aibox_assets.domain.errors import ConfigurationError, InvalidQuestionError, NotFoundError
from aibox_assets.domain.filters import Filters
from aibox_assets.domain.models import EmbeddingModelSpec
from aibox_assets.domain.passages import FoundPassage
from aibox_assets.domain.translation import question as translating
from aibox_assets.domain.translation.dictionary import open_dictionary
from aibox_assets.domain.viewer import OPERATOR, Viewer
from aibox_assets.resources.platform import Platform
from aibox_assets.services.ask import ANSWERS
from aibox_assets.services.search import more_like, passage, search
from aibox_assets.stores.tables import grants
from aibox_assets_tests.services.platforms import FAR, NEAR, make_platform, store_texts

pytestmark = pytest.mark.integration


@pytest.fixture
def platform(engine: Engine, tmp_path: Path) -> Platform:
    return make_platform(engine, tmp_path)


def test_the_first_question_makes_no_model_active(platform: Platform) -> None:
    assert search(platform, OPERATOR, "battery") == []
    assert platform.spaces.all() == []


def test_a_question_of_another_model_takes_no_empty_space_from_it(platform: Platform) -> None:
    other = platform.spaces.use_model(EmbeddingModelSpec("other", "r1", 8))
    for _ in range(2):
        with pytest.raises(ConfigurationError, match="other"):
            search(platform, OPERATOR, "battery")
    assert platform.spaces.all() == [other]


def test_a_question_of_the_active_model_is_answered_by_meaning(platform: Platform) -> None:
    store_texts(platform, "a", "The battery.")
    (found,) = search(platform, OPERATOR, "accumulator")
    assert found.similarity == pytest.approx(1, abs=1e-5)
    assert found.score > 0.5


@pytest.mark.parametrize("query", ["", " \n", "...", "🔋", "？！"])
def test_what_is_no_question_is_refused(platform: Platform, query: str) -> None:
    store_texts(platform, "a", "The battery.")
    with pytest.raises(InvalidQuestionError) as refused:
        search(platform, OPERATOR, query)
    assert refused.value.remedy


def test_without_the_dictionary_the_own_language_is_found(
    platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_texts(platform, "a", "The battery.")
    (tmp_path / "file").touch()
    monkeypatch.setattr(constants, "HF_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(translating, "_dictionary", open_dictionary)  # as in a process that has none open
    assert [each.passage.file_id for each in search(platform, OPERATOR, "battery")] == ["a"]


def test_nothing_fits_is_an_answer(platform: Platform) -> None:
    store_texts(platform, "a", "The battery.", "The housing of the battery is AX-4471.", vector=FAR)
    assert search(platform, OPERATOR, "qwzzk vlorp zzz") == []
    assert search(platform, OPERATOR, "qwzzk vlorp") == []
    (found, *_) = search(platform, OPERATOR, "AX-4471")
    assert found.score > 0.5
    assert found.snippet.text[slice(*found.snippet.matches[0])] == "AX-4471"


def test_a_viewer_finds_what_is_theirs_or_shared_and_reads_nothing_else(platform: Platform) -> None:
    for user in ("ann", "bob"):
        store_texts(platform, f"of-{user}", f"The battery of {user}.", user=user)
    ann, bob, carl = Viewer("ann"), Viewer("bob"), Viewer("carl")

    def seen(viewer: Viewer) -> list[str]:
        return sorted(each.passage.file_id for each in search(platform, viewer, "battery"))

    assert (seen(ann), seen(bob), seen(carl)) == (["of-ann"], ["of-bob"], [])
    secret = "of-bob:The battery of bob."
    for viewer in (ann, carl):
        with pytest.raises(NotFoundError):
            passage(platform, viewer, secret)
        with pytest.raises(NotFoundError):
            more_like(platform, viewer, secret)
    with platform.engine.begin() as connection:
        for grantee in ("ann", ""):
            connection.execute(sa.insert(grants).values(file_id="of-bob", grantee=grantee, granted_by="bob"))
    assert (seen(ann), seen(bob), seen(carl)) == (["of-ann", "of-bob"], ["of-bob"], ["of-bob"])
    assert passage(platform, carl, secret).owner == "bob"
    assert [each.passage.file_id for each in more_like(platform, bob, secret)] == []
    assert [each.passage.file_id for each in more_like(platform, ann, secret)] == ["of-ann"]


def test_what_others_have_changes_no_score(platform: Platform) -> None:
    store_texts(platform, "mine", "The turbine of the battery.", "A housing.")
    alone = search(platform, Viewer("ann"), "turbine battery")
    store_texts(platform, "theirs", *(f"The turbine number {n}." for n in range(300)), user="bob")
    with platform.engine.begin() as connection:
        connection.execute(sa.text("ANALYZE aibox.chunks"))
    assert search(platform, Viewer("ann"), "turbine battery") == alone
    assert alone


def test_a_passage_is_read_with_its_neighbours(platform: Platform) -> None:
    store_texts(platform, "a", *(f"Sentence {n}." for n in range(5)))
    read = passage(platform, OPERATOR, "a:Sentence 2.", before=1, after=9)
    assert read.chunk_ids == tuple(f"a:Sentence {n}." for n in (1, 2, 3, 4))
    assert (read.char_start, read.char_end) == (1000, 4011)
    assert read.text[2000 - 1000 :].startswith("Sentence 2.")
    assert passage(platform, OPERATOR, "a:Sentence 0.", before=0, after=0).text == "Sentence 0."
    with pytest.raises(NotFoundError):
        passage(platform, OPERATOR, "a:Sentence 9.")


def _at(cosine: float) -> np.ndarray:
    """A vector of this cosine to that of every question."""
    return np.asarray(cosine * NEAR + (1 - cosine**2) ** 0.5 * FAR, np.float32)


@pytest.fixture
def both(platform: Platform) -> Platform:
    """English and Chinese passages, all as near to every question; words alone tell which answers."""
    vague = _at(0.72)
    english = "The harbor was destroyed by an earthquake."
    store_texts(platform, "en", english, "A treaty of peace.", vector=vague)
    store_texts(platform, "zh", "港口毁于一场地震。", "和平条约。", user="bob", vector=vague)
    with platform.engine.begin() as connection:
        connection.execute(sa.text("UPDATE aibox.chunks SET language = file_id"))
    return platform


def _texts(found: Sequence[FoundPassage]) -> list[str]:
    return [each.passage.text for each in found]


def test_a_chinese_question_finds_the_english_passage_by_its_words(both: Platform) -> None:
    (found,) = search(both, Viewer("ann"), "哪個海港因地震被毀？")
    assert found.passage.text == "The harbor was destroyed by an earthquake."
    marked = [found.snippet.text[start:end] for start, end in found.snippet.matches]
    assert {"harbor", "earthquake"} <= set(marked)


def test_an_english_question_finds_the_chinese_passage_by_its_words(both: Platform) -> None:
    (found,) = search(both, Viewer("bob"), "Which port was ruined by earthquakes?")
    assert found.passage.text == "港口毁于一场地震。"
    marked = [found.snippet.text[start:end] for start, end in found.snippet.matches]
    assert {"港口", "地震"} <= set(marked)


def test_what_a_question_names_and_no_passage_holds_counts_against_them(both: Platform) -> None:
    (known,) = search(both, Viewer("ann"), "海港因地震被毀？")
    (unknown,) = search(both, Viewer("ann"), "希普尚克斯的海港因地震被毀？")
    assert unknown.passage == known.passage
    assert unknown.score < known.score


def test_some_chinese_in_an_english_passage_is_no_answer_to_a_chinese_question(platform: Platform) -> None:
    mixed = "The museum was founded in 1987 and shows ships. 博物館位於市中心。"
    store_texts(platform, "mixed", mixed, vector=_at(0.82))
    with platform.engine.begin() as connection:
        connection.execute(sa.text("UPDATE aibox.chunks SET language = 'en'"))
    assert [each.score for each in search(platform, OPERATOR, "誰創立台積電") if each.score >= ANSWERS] == []
    (word,) = search(platform, OPERATOR, "市中心")
    assert word.score > 0.9, "it holds the word itself"
    (found,) = search(platform, OPERATOR, "博物館在哪一年創立？")
    assert found.score > ANSWERS
    assert found.similarity == pytest.approx(0.82, abs=1e-3)


def test_rights_and_filters_hold_across_languages(both: Platform) -> None:
    question, filters = "哪个港口毁于地震？", Filters(owner="bob")
    assert _texts(search(both, Viewer("carl"), question)) == []
    with pytest.raises(InvalidQuestionError, match="'bob'"):
        search(both, Viewer("ann"), question, filters)
    assert _texts(search(both, OPERATOR, question, filters)) == ["港口毁于一场地震。"]
    assert _texts(search(both, OPERATOR, question, Filters(languages=["zh"]))) == ["港口毁于一场地震。"]
    assert len(search(both, OPERATOR, question)) == 2


def test_unknown_words_find_nothing_across_languages(both: Platform) -> None:
    for question in ("魑魅魍魉齉龘", "qwzzk vlorp"):
        assert search(both, OPERATOR, question) == []


@pytest.mark.parametrize("viewer", [OPERATOR, Viewer("ann"), Viewer("carl")])
def test_translated_words_find_what_the_vectors_missed(both: Platform, viewer: Viewer) -> None:
    near = [f"A sentence with no word of it, number {n}." for n in range(450)]
    store_texts(both, "near", *near, vector=_at(0.74))
    with both.engine.begin() as connection:
        connection.execute(sa.text("ANALYZE aibox.chunks"))
    found = _texts(search(both, viewer, "海港 地震", limit=100))
    assert found[:1] == (["The harbor was destroyed by an earthquake."] if viewer.name != "carl" else [])
