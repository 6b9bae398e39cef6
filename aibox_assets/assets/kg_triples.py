"""``kg_triples``: entities and their relations, NER → RE → RT, as Parquet and in the graph."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

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
from aibox_assets.assets.tables import preview, triple_table
from aibox_assets.assets.upstream import ChunkedFile, load_chunks
from aibox_assets.domain.bounded import Done, extract_within
from aibox_assets.domain.extract.naming.defined import read_defined
from aibox_assets.domain.models import Chunk, Extraction, Triple
from aibox_assets.domain.resolve import Join, Name, resolve_document
from aibox_assets.execution.partitions import file_partitions
from aibox_assets.resources.platform import Platform
from aibox_assets.resources.recipes import CODE_VERSIONS, extractor_id
from aibox_assets.stores.fencing import Guard
from aibox_assets.stores.files import KG_TRIPLES
from aibox_assets.stores.graph_records import FileGraph, GraphCounts
from aibox_assets.stores.lifecycle import AssetResult
from aibox_assets.workers.queues import KG_EXTRACTION

CHECK: Final = "triples_fit_the_ontology_and_the_graph"


@asset(
    deps=[chunks],
    partitions_def=file_partitions,
    backfill_policy=backfill_policy,
    group_name=GROUP,
    owners=OWNERS,
    kinds={"parquet", "neo4j", "spacy"},
    code_version=CODE_VERSIONS[KG_TRIPLES],
    op_tags={"dagster-celery/queue": KG_EXTRACTION},
    check_specs=[
        AssetCheckSpec(
            CHECK,
            asset=KG_TRIPLES,
            description="Every triple's types are in the ontology, and the graph holds as many as the Parquet.",
        )
    ],
)
def kg_triples(
    context: AssetExecutionContext, platform: ResourceParam[Platform], tables: ResourceParam[ParquetIOManager]
) -> Iterator[StepResult]:
    """Who is connected to what: named entities, the relations between them, typed by the ontology, with evidence."""

    yield from materialize_files(context, platform, KG_TRIPLES, CHECK, lambda: _prepare(platform, tables))


@dataclass(frozen=True, slots=True)
class _Read:
    """Files with what is known of their chunks already, by chunk id."""

    files: list[ChunkedFile]
    known: Mapping[str, Extraction]


@dataclass(frozen=True, slots=True)
class FileTriples:
    """A file with what was found in its chunks, by chunk id.

    :ivar joins: which of its names are one thing. :ivar stages: seconds by stage, and *seconds* in all, of its share.
    """

    file: ChunkedFile
    found: Mapping[str, Extraction]
    joins: list[Join]
    version: str
    seconds: float
    stages: Mapping[str, float]

    @property
    def triples(self) -> list[Triple]:
        """In the order of the text."""
        return [triple for chunk in self.file.chunks for triple in self.found[chunk.chunk_id].triples]


def _prepare(platform: Platform, tables: ParquetIOManager) -> Stages[_Read, dict[str, FileTriples]]:
    extractor = platform.models.extractor
    key = extractor_id(extractor.name, extractor.version, platform.models.ontology)
    platform.graph.ensure_schema(relation.name for relation in platform.models.ontology.relation_types)
    made: Done[Extraction] = {}  # not all of it is stored when the next part is read, and texts come again

    def load(step: Step) -> _Read:
        files = load_chunks(tables, step)
        return _Read(
            files, platform.extractions.find(key, [chunk for file in files for chunk in file.chunks])
        )

    def publish(step: Step, found: Mapping[str, FileTriples]) -> None:
        written = _publish(step, tables, found)
        counts = platform.graph.counts(written)
        for id_ in written:
            _describe(step, tables, found[id_], counts[id_])

    return Stages(load, lambda step, read: _extract(step, read, key, made), publish)


def _extract(step: Step, read: _Read, key: str, made: Done[Extraction]) -> dict[str, FileTriples]:
    """What the extractor finds in every file; one that takes too long becomes a failure of its own."""
    started, extractor = time.monotonic(), step.platform.models.extractor
    before = dict(extractor.clock.seconds)
    chunks = [chunk for file in read.files for chunk in file.chunks]
    found = {**read.known, **_extract_missing(step, chunks, read.known, key, made)}
    found |= _extract_defined(step, read, key, made, found)
    whole = [file for file in read.files if file.record.id not in step.outcome.failures]
    joins = [_joins(file, found) for file in whole]
    count = max(1, len(read.files))
    seconds = (time.monotonic() - started) / count
    stages = {stage: took / count for stage, took in extractor.clock.since(before).items()}
    recipe = step.platform.models.recipe(KG_TRIPLES)
    return {
        file.record.id: FileTriples(
            file,
            {chunk.chunk_id: found[chunk.chunk_id] for chunk in file.chunks},
            joined,
            f"{file.version}.{recipe}",
            seconds,
            stages,
        )
        for file, joined in zip(whole, joins, strict=True)
    }


def _extract_missing(
    step: Step, chunks: Sequence[Chunk], known: Mapping[str, Extraction], key: str, made: Done[Extraction]
) -> dict[str, Extraction]:
    """What is found in those of *chunks* that are not *known*, by their ids."""
    missing = [chunk for chunk in chunks if chunk.chunk_id not in known]
    if not missing:
        return {}
    count = step.count_chunks(missing[0], len(missing))

    def on_part(part: Sequence[Chunk], extractions: Sequence[Extraction]) -> None:
        step.platform.extractions.keep(key, part, extractions)
        count(part)

    extractor = step.platform.models.extractor
    new, failures = extract_within(
        extractor,
        missing,
        seconds=step.platform.settings.part_seconds,
        on_part=on_part,
        part_chunks=extractor.part_chunks,
        done=made,
    )
    step.outcome.failures.update(failures)
    return new


def _extract_defined(
    step: Step, read: _Read, key: str, made: Done[Extraction], found: Mapping[str, Extraction]
) -> dict[str, Extraction]:
    """What is found in chunks that use a name which their file defines."""

    def again(chunks: Sequence[Chunk]) -> dict[str, Extraction]:
        known = step.platform.extractions.find(key, chunks)
        return {**known, **_extract_missing(step, chunks, known, key, made)}

    failed = step.outcome.failures
    documents = [file.chunks for file in read.files if file.record.id not in failed]
    return read_defined(documents, found, again)


def _publish(step: Step, tables: ParquetIOManager, found: Mapping[str, FileTriples]) -> list[str]:
    """Write Parquet and graph; the ids of the files that were still this step's to write."""
    platform = step.platform

    def write(ids: list[str], guard: Guard) -> None:
        staged = [(id_, triple_table(found[id_].triples), found[id_].version) for id_ in ids]
        graphs = [_graph(found[id_]) for id_ in ids]
        with platform.fencing.holding(step.ticket, ids) as confirm:
            tables.write_tables(KG_TRIPLES, staged, guard=confirm)
        platform.names.replace_files({id_: found[id_].joins for id_ in ids}, guard=guard)
        with ExitStack() as held:

            def hold() -> None:
                # Only now, behind the wait for the graph's lock; until after the graph's commit.
                held.close()
                held.enter_context(platform.fencing.holding(step.ticket, ids))

            platform.graph.replace_files(graphs, guard=hold)

    return step.write(found, write)


def _joins(file: ChunkedFile, found: Mapping[str, Extraction]) -> list[Join]:
    """Which of the file's names are one thing."""
    names = {
        (mention.key, mention.name): Name(mention.key, mention.type, mention.name)
        for chunk in file.chunks
        for mention in found[chunk.chunk_id].mentions
    }
    return resolve_document(names.values(), [chunk.text for chunk in file.chunks])


def _graph(each: FileTriples) -> FileGraph:
    file, found = each.file, each.found
    return FileGraph(
        file_id=file.record.id,
        path=file.record.display_path,
        user_id=file.record.user_id,
        version=each.version,
        chunks=tuple((chunk.chunk_id, chunk.ordinal) for chunk in file.chunks),
        mentions=tuple(m for chunk in file.chunks for m in found[chunk.chunk_id].mentions),
        triples=tuple(each.triples),
    )


def _describe(step: Step, tables: ParquetIOManager, made: FileTriples, counts: GraphCounts) -> None:
    platform, outcome = step.platform, step.outcome
    file, triples, record = made.file, made.triples, made.file.record
    distinct = len({(t.head_key, t.relation, t.tail_key) for t in triples})
    strangers = {
        f"{t.head_type} {t.relation} {t.tail_type}"
        for t in triples
        if not platform.models.ontology.allows(t.head_type, t.relation, t.tail_type)
    }
    if strangers:
        outcome.faults[record.display_path] = f"not in the ontology: {', '.join(sorted(strangers))}"
    elif counts.triples != distinct or counts.chunks != len(file.chunks):
        outcome.faults[record.display_path] = (
            f"Parquet has {distinct} triples and {len(file.chunks)} chunks, "
            f"the graph has {counts.triples} and {counts.chunks}"
        )
    outcome.made[record.id] = Made(
        AssetResult(made.version, distinct, made.seconds),
        {
            **describe_file(record),
            "triples": MetadataValue.int(distinct),
            "entities": MetadataValue.int(counts.entities),
            "mentions": MetadataValue.int(counts.mentions),
            "triples of single chunks": MetadataValue.int(len(triples)),
            "extractor": MetadataValue.text(platform.models.extractor.name),
            "extractor version": MetadataValue.text(platform.models.extractor.version),
            "ontology": MetadataValue.text(platform.models.ontology.digest[:16]),
            "seconds": MetadataValue.float(round(made.seconds, 3)),
            **{f"seconds {name}": MetadataValue.float(round(took, 3)) for name, took in made.stages.items()},
            "path": MetadataValue.path(str(tables.path_of(KG_TRIPLES, record.id))),
            "preview": MetadataValue.md(
                preview(triples, ["head", "relation", "tail", "confidence", "evidence"])
            ),
        },
    )
