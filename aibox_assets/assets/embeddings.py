"""``embeddings``: a vector for every chunk, in Postgres with pgvector."""

import time
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from dagster import (
    AssetCheckSpec,
    AssetExecutionContext,
    MetadataValue,
    ResourceParam,
    asset,
)

from aibox_assets.assets.batch import StepResult, describe_file, materialize_files
from aibox_assets.assets.chunks import chunks
from aibox_assets.assets.io_manager import ParquetIOManager
from aibox_assets.assets.policy import GROUP, OWNERS, backfill_policy
from aibox_assets.assets.step import Made, Step
from aibox_assets.assets.tables import preview
from aibox_assets.assets.upstream import ChunkedFile, load_chunks
from aibox_assets.domain.bounded import embed_within
from aibox_assets.domain.embed import Vectors
from aibox_assets.domain.models import Chunk
from aibox_assets.execution.current_step import at
from aibox_assets.execution.partitions import file_partitions
from aibox_assets.resources.platform import Platform
from aibox_assets.resources.recipes import CODE_VERSIONS
from aibox_assets.stores.fencing import Guard
from aibox_assets.stores.files import EMBEDDINGS
from aibox_assets.stores.lifecycle import AssetResult
from aibox_assets.stores.space_records import Space
from aibox_assets.stores.vectors import FileEmbeddings, VectorCheck
from aibox_assets.workers.queues import VECTORIZATION

CHECK: Final = "one_unit_vector_per_chunk"
NORM_TOLERANCE: Final = 1e-3


@asset(
    deps=[chunks],
    partitions_def=file_partitions,
    backfill_policy=backfill_policy,
    group_name=GROUP,
    owners=OWNERS,
    kinds={"postgres", "pgvector", "huggingface"},
    code_version=CODE_VERSIONS[EMBEDDINGS],
    op_tags={"dagster-celery/queue": VECTORIZATION},
    check_specs=[
        AssetCheckSpec(
            CHECK,
            asset=EMBEDDINGS,
            description="As many stored vectors as chunks, of the model's dimension, norm 1.",
        )
    ],
)
def embeddings(
    context: AssetExecutionContext, platform: ResourceParam[Platform], tables: ResourceParam[ParquetIOManager]
) -> Iterator[StepResult]:
    """The meaning of every chunk as a vector. A text that is stored already, in whichever file, costs no model call."""

    def work(step: Step) -> None:
        started = time.monotonic()
        platform = step.platform
        vectors, model = platform.vectors, platform.stored_model
        # While our space is being built, searches read another one: new files must be found there at once.
        active = platform.active_space
        served = active if active is not None and active.id != model.id else None
        files = {file.record.id: file for file in load_chunks(tables, step)}
        by_hash, computed = _embed(step, model, list(files.values()))
        beside, _ = _embed(step, served, list(files.values())) if served is not None else ({}, set())
        files = {id_: file for id_, file in files.items() if id_ not in step.outcome.failures}
        entries = {
            id_: FileEmbeddings(
                id_,
                file.chunks,
                _stack(model, file, by_hash),
                None if served is None else _stack(served, file, beside),
            )
            for id_, file in files.items()
        }

        def replace(ids: list[str], guard: Guard) -> None:
            vectors.replace_files(model, [entries[id_] for id_ in ids], beside=served, guard=guard)

        written = step.write(files, replace)
        checks = vectors.verify(written, model)
        share = (time.monotonic() - started) / max(1, len(files))
        for id_ in written:
            _describe(step, model, files[id_], checks[id_], computed, share)

    yield from materialize_files(context, platform, EMBEDDINGS, CHECK, work)


def _embed(step: Step, model: Space, files: Sequence[ChunkedFile]) -> tuple[dict[str, Vectors], set[str]]:
    """Vectors by text hash, and the hashes that cost a model call; a file that takes too long becomes a failure."""
    all_chunks = [chunk for file in files for chunk in file.chunks]
    by_hash = dict(step.platform.vectors.known_vectors(model, [chunk.text_hash for chunk in all_chunks]))
    missing = [chunk for chunk in all_chunks if chunk.text_hash not in by_hash]
    if not missing:
        return by_hash, set()
    ids, done = [file.record.id for file in files], 0
    if missing:
        at(missing[0].file_id, f"0 of {len(missing)} chunks")

    def on_part(part: Sequence[Chunk], _: Sequence[Vectors]) -> None:
        nonlocal done
        done += len(part)
        at(part[-1].file_id, f"{done} of {len(missing)} chunks")
        step.report(ids, 100 * done / len(missing), f"{done} of {len(missing)} chunks")

    new, failures = embed_within(
        step.platform.models.embedder_of(model),
        missing,
        seconds=step.platform.settings.part_seconds,
        on_part=on_part,
    )
    step.outcome.failures.update(failures)
    return by_hash | new, set(new)


def _stack(model: Space, file: ChunkedFile, by_hash: dict[str, Vectors]) -> Vectors:
    if not file.chunks:
        return np.empty((0, model.spec.dimension), dtype=np.float32)
    return np.stack([by_hash[chunk.text_hash] for chunk in file.chunks])


def _describe(
    step: Step, model: Space, file: ChunkedFile, check: VectorCheck, computed: set[str], seconds: float
) -> None:
    record, spec, outcome = file.record, model.spec, step.outcome
    if fault := _fault(check, len(file.chunks)):
        outcome.faults[record.display_path] = fault
    new = sum(chunk.text_hash in computed for chunk in file.chunks)
    version = f"{file.version}.{step.platform.models.recipes[EMBEDDINGS]}"
    outcome.made[record.id] = Made(
        AssetResult(version, len(file.chunks), seconds),
        {
            **describe_file(record),
            "embeddings": MetadataValue.int(len(file.chunks)),
            "newly embedded": MetadataValue.int(new),
            "reused": MetadataValue.int(len(file.chunks) - new),
            "model": MetadataValue.text(spec.name),
            "model revision": MetadataValue.text(spec.revision),
            "dimension": MetadataValue.int(spec.dimension),
            "seconds": MetadataValue.float(round(seconds, 3)),
            "preview": MetadataValue.md(preview(file.chunks, ["ordinal", "chunk_id", "text"])),
        },
    )


def _fault(check: VectorCheck, chunk_count: int) -> str | None:
    """What is wrong with a file's stored vectors, or None."""
    if check.chunks != chunk_count or check.vectors != chunk_count:
        return f"{chunk_count} chunks, but {check.vectors} vectors of the model in {check.chunks} rows"
    norms = [norm for norm in (check.norm_min, check.norm_max) if norm is not None]
    if any(abs(norm - 1) > NORM_TOLERANCE for norm in norms):
        return f"norms from {min(norms):.4f} to {max(norms):.4f} instead of 1"
    return None
