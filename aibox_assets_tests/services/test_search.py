"""Searching as people do, against a real Postgres; the vectors are given."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.domain.errors import ConfigurationError, InvalidQuestionError, NotFoundError
from aibox_assets.domain.models import EmbeddingModelSpec
from aibox_assets.domain.viewer import OPERATOR, Viewer
from aibox_assets.resources.platform import Platform
from aibox_assets.services.search import more_like, passage, search
from aibox_assets.stores.tables import grants
from aibox_assets_tests.services.platforms import FAR, make_platform, store_texts

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
