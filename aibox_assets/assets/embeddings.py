"""``embeddings``: a vector for every chunk, in Postgres with pgvector."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from dagster import (
    AssetCheckSpec,
    AssetExecutionContext,
    MetadataValue,
    ResourceParam,
    asset,
)

from aibox_assets.assets.batch import StepResult, materialize_files
from aibox_assets.assets.chunks import chunks
from aibox_assets.assets.io_manager import ParquetIOManager
from aibox_assets.assets.policy import GROUP, OWNERS, backfill_policy
from aibox_assets.assets.reports import describe_file
from aibox_assets.assets.stages import Stages
from aibox_assets.assets.step import Made, Step
from aibox_assets.assets.tables import preview
from aibox_assets.assets.upstream import ChunkedFile, load_chunks
from aibox_assets.domain.bounded import Done, embed_within
from aibox_assets.domain.embed import Vectors
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

    yield from materialize_files(context, platform, EMBEDDINGS, CHECK, lambda: _prepare(platform, tables))


@dataclass(frozen=True, slots=True)
class FileVectors:
    """A file with its vectors. :ivar new: chunks that cost a model call. :ivar seconds: its share of its part's."""

    file: ChunkedFile
    entry: FileEmbeddings
    new: int
    seconds: float


@dataclass(slots=True)
class _Embedding:
    """The vectors of one space in this step: what is stored already, and what was made in this step.

    The second is not stored when the next part is read, and texts come again.
    """

    space: Space
    made: Done[Vectors] = field(default_factory=dict)
    stored: dict[str, Vectors] = field(default_factory=dict)

    def recall(self, step: Step, files: Sequence[ChunkedFile]) -> None:
        """Read what is stored for the files' texts."""
        hashes = [chunk.text_hash for file in files for chunk in file.chunks]
        self.stored |= step.platform.vectors.known_vectors(self.space, hashes)

    def complete(self, step: Step, files: Sequence[ChunkedFile]) -> set[str]:
        """Make what is missing, and return its hashes; a file that takes too long becomes a failure."""
        missing = [
            chunk
            for file in files
            for chunk in file.chunks
            if chunk.text_hash not in self.stored and chunk.text_hash not in self.made
        ]
        if not missing:
            return set()
        count = step.count_chunks(missing[0], len(missing))
        new, failures = embed_within(
            step.platform.models.embedder_of(self.space),
            missing,
            seconds=step.platform.settings.part_seconds,
            on_part=lambda part, _: count(part),
            done=self.made,
        )
        step.outcome.failures.update(failures)
        return set(new)

    def stack(self, file: ChunkedFile) -> Vectors:
        """The file's vectors, in the order of its chunks."""
        if not file.chunks:
            return np.empty((0, self.space.spec.dimension), dtype=np.float32)
        return np.stack([self._vector(chunk.text_hash) for chunk in file.chunks])

    def _vector(self, text_hash: str) -> Vectors:
        return self.stored[text_hash] if text_hash in self.stored else self.made[text_hash][1]


def _prepare(
    platform: Platform, tables: ParquetIOManager
) -> Stages[list[ChunkedFile], dict[str, FileVectors]]:
    # While our space is being built, searches read another one: new files must be found there at once.
    model, active = platform.stored_model, platform.active_space
    served = active if active is not None and active.id != model.id else None
    spaces = [_Embedding(space) for space in (model, served) if space is not None]

    def load(step: Step) -> list[ChunkedFile]:
        files = load_chunks(tables, step)
        for each in spaces:
            each.recall(step, files)
        return files

    def compute(step: Step, files: list[ChunkedFile]) -> dict[str, FileVectors]:
        return _embed(step, spaces, files)

    def publish(step: Step, files: Mapping[str, FileVectors]) -> None:
        def replace(ids: list[str], guard: Guard) -> None:
            entries = [files[id_].entry for id_ in ids]
            platform.vectors.replace_files(model, entries, beside=served, guard=guard)

        written = step.write(files, replace)
        checks = platform.vectors.verify(written, model)
        for id_ in written:
            _describe(step, model, files[id_], checks[id_])

    return Stages(load, compute, publish)


def _embed(step: Step, spaces: Sequence[_Embedding], files: Sequence[ChunkedFile]) -> dict[str, FileVectors]:
    started = time.monotonic()
    computed, *_ = [each.complete(step, files) for each in spaces]
    whole = [file for file in files if file.record.id not in step.outcome.failures]
    stacked = [[each.stack(file) for each in spaces] for file in whole]
    share = (time.monotonic() - started) / max(1, len(files))
    return {
        file.record.id: FileVectors(
            file,
            FileEmbeddings(file.record.id, file.chunks, *vectors),
            sum(chunk.text_hash in computed for chunk in file.chunks),
            share,
        )
        for file, vectors in zip(whole, stacked, strict=True)
    }


def _describe(step: Step, model: Space, made: FileVectors, check: VectorCheck) -> None:
    file, new, spec, outcome = made.file, made.new, model.spec, step.outcome
    record = file.record
    if fault := _fault(check, len(file.chunks)):
        outcome.faults[record.display_path] = fault
    version = f"{file.version}.{step.platform.models.recipe(EMBEDDINGS)}"
    outcome.made[record.id] = Made(
        AssetResult(version, len(file.chunks), made.seconds),
        {
            **describe_file(record),
            "embeddings": MetadataValue.int(len(file.chunks)),
            "newly embedded": MetadataValue.int(new),
            "reused": MetadataValue.int(len(file.chunks) - new),
            "model": MetadataValue.text(spec.name),
            "model revision": MetadataValue.text(spec.revision),
            "dimension": MetadataValue.int(spec.dimension),
            "seconds": MetadataValue.float(round(made.seconds, 3)),
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
