"""Line 23: a wrong password of the graph, a model that is gone, and no storage, for ten minutes, with 500 files."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from neo4j import GraphDatabase

from aibox_assets.domain.embed import ENGLISH, describe_model
from aibox_assets.stores import tables
from aibox_assets.stores.database import transaction
from aibox_assets.stores.graph_records import GraphAddress
from aibox_assets.stores.queues import FILE_PROCESSING, KG_EXTRACTION, QUEUES, VECTORIZATION
from aibox_assets_tests.chaos.acceptance import Figures, accept
from aibox_assets_tests.chaos.processes import eventually, kill, pool_child, scaled
from aibox_assets_tests.integration.real_home import RealHome
from aibox_assets_tests.integration.texts import write_news
from aibox_assets_tests.stores.graph_servers import running_neo4j

pytestmark = [pytest.mark.chaos, pytest.mark.stack, pytest.mark.timeout(3600)]

HELD_SECONDS = 600
MENDED_SECONDS = 1200.0


@pytest.fixture
def neo4j(tmp_path: Path) -> Iterator[GraphAddress]:
    """A server whose password can be changed while it runs, as the embedded one's cannot."""
    with running_neo4j(tmp_path) as address:
        yield address


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A folder with an encoder, which can go away."""
    return Path(shutil.copytree(describe_model(ENGLISH).folder, tmp_path / "encoder"))


@pytest.fixture
def home(neo4j: GraphAddress, model: Path) -> Iterator[RealHome]:
    """A home on that server with that encoder."""
    made = RealHome(
        AIBOX_SETTLE_SECONDS="0.5",
        AIBOX_BATCH_FILES="16",
        AIBOX_EMBEDDING_MODEL=str(model),
        NEO4J_URI=neo4j.uri,
        NEO4J_USER=neo4j.user,
        NEO4J_PASSWORD=neo4j.password,
    )
    try:
        made.up()
        yield made
    finally:
        made.destroy()


@contextmanager
def other_password(address: GraphAddress) -> Iterator[None]:
    """The server's password is another one during the block."""
    other = address.password + "-other"
    _change_password(address, address.password, other)
    try:
        yield
    finally:
        _change_password(address, other, address.password)


def _change_password(address: GraphAddress, before: str, after: str) -> None:
    with GraphDatabase.driver(address.uri, auth=(address.user, before)) as driver:
        driver.execute_query(
            "ALTER CURRENT USER SET PASSWORD FROM $before TO $after",
            before=before,
            after=after,
            database_="system",
        )


@contextmanager
def away(place: Path) -> Iterator[None]:
    """A folder is elsewhere during the block."""
    place.rename(place.with_name(place.name + "-away"))
    try:
        yield
    finally:
        place.with_name(place.name + "-away").rename(place)


@contextmanager
def no_folder(place: Path) -> Iterator[None]:
    """A file is in a folder's place during the block: so nothing of the home can make the folder anew."""
    with away(place):
        place.write_text("no folder")
        try:
            yield
        finally:
            place.unlink()


def restart_children(home: RealHome) -> None:
    """End what has the model, and connections to the graph, from before."""
    for queue in QUEUES:
        if child := pool_child(home, f"worker-{queue}"):
            kill([child])


def blamed(home: RealHome) -> int:
    """Work that lost an attempt, or failed."""
    with transaction(home.platform.engine) as connection:
        lost = (tables.work.c.attempts > 0) | (tables.work.c.state == "failed")
        return connection.scalar(sa.select(sa.func.count()).select_from(tables.work).where(lost)) or 0


def test_a_broken_installation_costs_no_file_anything(
    home: RealHome, neo4j: GraphAddress, model: Path
) -> None:
    number, figures = scaled(500), Figures("23")
    texts = write_news(number, seed=23)
    home.wait_finished([home.drop("healthy.txt", "Ann Lee works for Acme Ltd in Oslo.")])
    with other_password(neo4j), away(model):
        restart_children(home)
        paths = [home.drop(f"{n:03}.txt", text) for n, text in enumerate(texts[: number // 2])]
        eventually(
            lambda: home.platform.pauses.select().keys() == {VECTORIZATION, KG_EXTRACTION}, 300, "two pauses"
        )
        with no_folder(Path(home.platform.settings.storage_url)):
            paths += [home.drop(f"{n:03}.txt", text) for n, text in enumerate(texts) if n >= number // 2]
            eventually(lambda: home.platform.pauses.select().keys() >= set(QUEUES), 300, "three pauses")
            shown = home.run("status", check=False).stdout
            for queue, pause in home.platform.pauses.select().items():
                assert pause.remedy, queue
                assert queue in shown, shown
            time.sleep(scaled(HELD_SECONDS))
            probes = {queue: pause.probes for queue, pause in home.platform.pauses.select().items()}
            assert set(probes) == set(QUEUES)
            assert not blamed(home)
    mended = time.monotonic()
    home.wait_finished(paths, MENDED_SECONDS)
    figures.recoveries.append(time.monotonic() - mended)
    figures.killed = len(QUEUES)
    figures.note = f"{number} files, held {scaled(HELD_SECONDS)} s, tries meanwhile {probes}"
    assert not blamed(home)
    assert FILE_PROCESSING not in home.platform.pauses.select()
    accept(home, [*paths, "healthy.txt"], figures)
