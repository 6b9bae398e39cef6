"""Searching as people do, against a real Postgres; the vectors are given."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.domain.embed import Embedder
from aibox_assets.domain.errors import ConfigurationError, InvalidQuestionError, NotFoundError
from aibox_assets.domain.models import EmbeddingModelSpec
from aibox_assets.domain.viewer import OPERATOR, Viewer
from aibox_assets.resources.platform import Platform
from aibox_assets.services.search import more_like, passage, search
from aibox_assets.settings import Settings
from aibox_assets.stores.database import grants
from aibox_assets.stores.vectors import FileEmbeddings
from aibox_assets_tests.stores.documents import add_files, chunk_of

pytestmark = pytest.mark.integration

NEAR = np.full(384, 384**-0.5, np.float32)
FAR = np.concatenate([NEAR[:192], -NEAR[192:]])


class _Embedder(Embedder):
    def __init__(self) -> None:
        """Without a model."""

    def encode_query(self, query: str) -> np.ndarray:
        return NEAR if "zzz" not in query else -NEAR


@pytest.fixture
def platform(engine: Engine, tmp_path: Path) -> Platform:
    """A platform on the test's database, whose embedder gives vectors of ones."""
    url = engine.url.render_as_string(hide_password=False)
    made = Platform(Settings(AIBOX_HOME=str(tmp_path), DATABASE_URL=url))  # type: ignore[call-arg]  # by alias
    made.models.__dict__["embedder"] = _Embedder()
    return made


def store(platform: Platform, key: str, *texts: str, user: str = "ann", vector: np.ndarray = NEAR) -> None:
    add_files(platform.engine, key, user_id=user)
    space = platform.spaces.use_model(platform.models.embedding_model.spec)
    chunks = [chunk_of(key, n, text) for n, text in enumerate(texts)]
    platform.vectors.replace_files(space, [FileEmbeddings(key, chunks, np.tile(vector, (len(texts), 1)))])


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
    store(platform, "a", "The battery.")
    (found,) = search(platform, OPERATOR, "accumulator")
    assert found.similarity == pytest.approx(1, abs=1e-5)
    assert found.score > 0.5


@pytest.mark.parametrize("query", ["", " \n", "...", "🔋", "？！"])
def test_what_is_no_question_is_refused(platform: Platform, query: str) -> None:
    store(platform, "a", "The battery.")
    with pytest.raises(InvalidQuestionError) as refused:
        search(platform, OPERATOR, query)
    assert refused.value.remedy


def test_nothing_fits_is_an_answer(platform: Platform) -> None:
    store(platform, "a", "The battery.", "The housing of the battery is AX-4471.", vector=FAR)
    assert search(platform, OPERATOR, "qwzzk vlorp zzz") == []
    assert search(platform, OPERATOR, "qwzzk vlorp") == []
    (found, *_) = search(platform, OPERATOR, "AX-4471")
    assert found.score > 0.5
    assert found.snippet.text[slice(*found.snippet.matches[0])] == "AX-4471"


def test_a_viewer_finds_what_is_theirs_or_shared_and_reads_nothing_else(platform: Platform) -> None:
    for user in ("ann", "bob"):
        store(platform, f"of-{user}", f"The battery of {user}.", user=user)
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
    store(platform, "mine", "The turbine of the battery.", "A housing.")
    alone = search(platform, Viewer("ann"), "turbine battery")
    store(platform, "theirs", *(f"The turbine number {n}." for n in range(300)), user="bob")
    with platform.engine.begin() as connection:
        connection.execute(sa.text("ANALYZE aibox.chunks"))
    assert search(platform, Viewer("ann"), "turbine battery") == alone
    assert alone


def test_a_passage_is_read_with_its_neighbours(platform: Platform) -> None:
    store(platform, "a", *(f"Sentence {n}." for n in range(5)))
    read = passage(platform, OPERATOR, "a:Sentence 2.", before=1, after=9)
    assert read.chunk_ids == tuple(f"a:Sentence {n}." for n in (1, 2, 3, 4))
    assert (read.char_start, read.char_end) == (1000, 4011)
    assert read.text[2000 - 1000 :].startswith("Sentence 2.")
    assert passage(platform, OPERATOR, "a:Sentence 0.", before=0, after=0).text == "Sentence 0."
    with pytest.raises(NotFoundError):
        passage(platform, OPERATOR, "a:Sentence 9.")
