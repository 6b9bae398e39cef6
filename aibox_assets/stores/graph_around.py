"""What stands around the things that a question names: the chunks that name them, and what else several of these name.

Read at once and without the graph's lock, since it serves a ranking: a search waits for no writer and for no server.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.domain.viewer import Viewer
from aibox_assets.stores.cypher_questions import NAMED, NAMING, SAME_FORM, SHARED
from aibox_assets.stores.driver import Transaction
from aibox_assets.stores.graph_connection import GraphConnection, rows
from aibox_assets.stores.graph_names import ask, fold_name
from aibox_assets.stores.graph_records import Part, T

CHUNKS: Final = 30
"""That name one thing, which are looked at; more would cost more than a search."""
KEYS: Final = 50
"""Entities that one name may stand for."""
REST_SECONDS: Final = 30.0
"""For which a server that did not answer is not asked again."""


@dataclass(frozen=True, slots=True)
class Around:
    """Which chunks name what.

    :ivar counts: how often each chunk names each thing, by the thing's form or, without one, its key.
    :ivar names: a name of each thing.
    """

    counts: Mapping[str, Mapping[str, int]]
    names: Mapping[str, str]


class GraphSurroundings:
    """Reads of the graph store for a search."""

    _connection: GraphConnection
    _asked_again_at = 0.0

    def known(self, names: Sequence[str]) -> dict[str, dict[str, list[str]]]:
        """The things that have one of these names, each with the keys of its entities; by name.

        :raises StoreUnavailableError: the server does not answer, or did not a moment ago.
        """
        asked = {fold_name(name): name for name in names}

        def work(transaction: Transaction) -> dict[str, dict[str, list[str]]]:
            found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
            for row in rows(transaction, NAMED, names=list(asked), limit=KEYS * len(asked)):
                found[asked[row["wanted"]]][row["form"] or row["key"]].append(row["key"])
            if len(found) > 1:
                forms = sorted({thing for things in found.values() for thing in things})
                for row in rows(transaction, SAME_FORM, forms=forms, limit=KEYS * len(asked)):
                    for things in found.values():
                        if row["form"] in things and row["key"] not in things[row["form"]]:
                            things[row["form"]].append(row["key"])
            return {name: dict(things) for name, things in found.items()}

        return self._glance(work)

    def around(self, viewer: Viewer, things: Mapping[str, Sequence[Part]]) -> Around:
        """Chunks that name one of *things*, which :meth:`known` gave, by their parts, and what several of these name.

        :raises StoreUnavailableError: as of :meth:`known`.
        """

        def work(transaction: Transaction) -> Around:
            counts: dict[str, dict[str, int]] = {}
            names: dict[str, str] = {}
            for thing, parts in things.items():
                bound = [{"key": part.key, "files": list(part.files)} for part in parts]
                found = ask(transaction, NAMING, viewer, parts=bound, limit=CHUNKS)
                counts[thing] = _sum((row["chunk_id"], row["count"]) for row in found)
                names[thing] = found[0]["name"] if found else thing
            ids = sorted({chunk_id for held in counts.values() for chunk_id in held})
            for row in rows(transaction, SHARED, ids=ids):
                if row["thing"] not in counts:
                    names[row["thing"]] = row["name"]
                    counts[row["thing"]] = _sum(zip(row["chunk_ids"], row["counts"], strict=True))
            return Around(counts, names)

        return self._glance(work)

    def _glance(self, work: Callable[[Transaction], T]) -> T:
        if time.monotonic() < self._asked_again_at:
            raise StoreUnavailableError(
                "The graph server did not answer a moment ago.", "Check that it runs ('aibox doctor')."
            )
        try:
            return self._connection.glance(work)
        except StoreUnavailableError:
            self._asked_again_at = time.monotonic() + REST_SECONDS
            raise


def _sum(named: Iterable[tuple[str, int]]) -> dict[str, int]:
    """How often each chunk names a thing, by all of its entities."""
    counts: dict[str, int] = {}
    for chunk_id, count in named:
        counts[chunk_id] = counts.get(chunk_id, 0) + count
    return counts
