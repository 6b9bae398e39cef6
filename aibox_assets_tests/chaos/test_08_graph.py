"""Line 8: the graph server is away for a minute."""

from __future__ import annotations

import time
from datetime import datetime

import pytest
import sqlalchemy as sa

from aibox_assets.stores.database import transaction
from aibox_assets.stores.tables import work
from aibox_assets_tests.chaos.acceptance import Figures, accept
from aibox_assets_tests.chaos.outages import take_away
from aibox_assets_tests.chaos.processes import eventually
from aibox_assets_tests.integration.real_home import RealHome
from aibox_assets_tests.integration.texts import write_news

pytestmark = [pytest.mark.chaos, pytest.mark.stack, pytest.mark.timeout(1200)]

FILES = 30
AWAY_SECONDS = 60.0


def test_triples_follow_when_the_graph_is_back(fresh_home: RealHome) -> None:
    home, figures = fresh_home, Figures("8")
    texts = write_news(FILES, seed=8)
    kept: dict[tuple[str, str], datetime] = {}

    def drop_while_away() -> None:
        for number, text in enumerate(texts):
            home.drop(f"{number:02}.txt", text, "away")
        eventually(lambda: len(_made(home)) == 2 * FILES, 120, "chunks and embeddings are made")
        kept.update(_made(home))

    take_away(home, "graph", AWAY_SECONDS, drop_while_away)
    figures.killed, back = 1, time.monotonic()
    away = [f"away/{number:02}.txt" for number in range(FILES)]
    ended = home.wait_finished(away, 400)
    figures.recoveries.append(time.monotonic() - back)
    again = [place for place, at in _made(home).items() if place in kept and kept[place] != at]
    clean = home.wait_finished(
        [home.drop(f"{number:02}.txt", text, "clean") for number, text in enumerate(texts)]
    )
    figures.note = f"{len(again)} of {len(kept)} chunks and embeddings made again"
    accept(home, [*away, *clean], figures)
    assert not again
    for number in range(FILES):
        for count in ("chunks", "embeddings", "kg_triples"):
            assert ended[f"away/{number:02}.txt"].get(count) == clean[f"clean/{number:02}.txt"].get(count), (
                number,
                count,
            )


def _made(home: RealHome) -> dict[tuple[str, str], datetime]:
    """When chunks and embeddings of each file were made."""
    query = sa.select(work).where(work.c.asset != "kg_triples", work.c.made.is_not(None))
    with transaction(home.platform.engine) as connection:
        return {(row.file_id, row.asset): row.ended_at for row in connection.execute(query)}
