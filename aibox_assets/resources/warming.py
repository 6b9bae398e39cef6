"""What a process loads before its first task, which would else pay for it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import Final

from aibox_assets.domain.embed import Embedder
from aibox_assets.domain.errors import AIBoxError, ConfigurationError
from aibox_assets.domain.extract.llm.extractor import PREFIX
from aibox_assets.domain.lean_imports import forgo_pandas
from aibox_assets.domain.models import Chunk
from aibox_assets.domain.words import fold_script
from aibox_assets.resources.platform import Platform, current_platform
from aibox_assets.workers.queries import answer_queries
from aibox_assets.workers.queues import FILE_PROCESSING, KG_EXTRACTION, VECTORIZATION


def import_definitions() -> None:
    """Import what every task needs, and have Dagster read our definitions; the first task would pay for it."""
    forgo_pandas()
    # By name, since the room of the definitions lies above this one.
    definitions, _ = map(
        import_module, ("aibox_assets.definitions", "aibox_assets.dagster_patches.instance_storage")
    )
    definitions.defs.get_repository_def()


def warm_up(queues: Sequence[str]) -> None:
    """Load what the tasks of *queues* need, before the first task comes."""
    import_definitions()
    platform = current_platform()
    _ = platform.models.recipes
    if FILE_PROCESSING in queues:
        document = platform.models.parser.parse(_SENTENCE.text.encode(), "warm.txt")  # starts its child
        platform.models.splitter.split("warm", document)
    if VECTORIZATION in queues:
        platform.models.embedder.encode_query("warm")  # what a model does once, it does at its first text
        fold_script("漢")
        for embedder in _embedders(platform):
            answer_queries(platform.settings.require_redis_url(), embedder)
    if KG_EXTRACTION in queues:
        if not (platform.models.names.extractor or "").startswith(PREFIX):  # each word of such a model costs
            platform.models.extractor.extract([_SENTENCE])
        with suppress(AIBoxError):  # the first step asks again, and says why
            platform.graph.ensure_schema(each.name for each in platform.models.ontology.relation_types)


def _embedders(platform: Platform) -> list[Embedder]:
    """Ours, and that of the space which searches still read."""
    ours, active = platform.models.embedder, platform.active_space
    if active is None:
        return [ours]
    try:
        served = platform.models.embedder_of(active)
    except ConfigurationError as error:
        logging.getLogger(__name__).warning("Questions are answered by word only: %s", error)
        return [ours]
    return [ours] if served is ours else [ours, served]


_SENTENCE: Final = Chunk("warm", "warm", 0, "Ann Lee works for Acme in Oslo.", 8, 0, 31, None, None, (), "en")
