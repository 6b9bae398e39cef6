"""The end of a change of embedding models: when the new space is whole, searches read it."""

from __future__ import annotations

from typing import Final

from aibox_assets.automation.retention import build_indexes
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.resources.platform import Platform
from aibox_assets.stores.files import EMBEDDINGS
from aibox_assets.stores.space_records import Space, gives_same_vectors
from aibox_assets.stores.vector_indexes import lacks_index

_HEALED: Final = 500


def finish_switch(platform: Platform) -> Space | None:
    """Let searches read the space of the wanted model, once every file that can be is in it; it, or None.

    Cheap when nothing is being built, and while much is missing.
    """
    building = platform.spaces.building()
    if building is None:
        return None
    wanted = platform.models.embedding_model.spec
    if not gives_same_vectors(building.spec, wanted):
        platform.spaces.abandon(wanted)  # a worker that had not followed yet began it
        return None
    if platform.spaces.count_missing(building, most=1):
        # What counts as made and is not there would never be made: as after a space was dropped by hand.
        if lost := platform.spaces.files_missing(building, _HEALED):
            platform.lifecycle.redo(lost, [EMBEDDINGS], background=True)
        return None
    if lacks_index(platform.engine, building):
        build_indexes(platform)
        return None
    try:
        return platform.spaces.activate(building)
    except ConfigurationError:
        return None  # a chunk came in between
