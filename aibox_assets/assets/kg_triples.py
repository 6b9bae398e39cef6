"""``kg_triples``: entities and their relations, NER → RE → RT, as Parquet and in the graph."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Final

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
from aibox_assets.assets.tables import preview, triple_table
from aibox_assets.assets.upstream import ChunkedFile, load_chunks
from aibox_assets.domain.bounded import extract_within
from aibox_assets.domain.models import Chunk, Extraction, Triple
from aibox_assets.domain.resolve import Join, Name, resolve_document
from aibox_assets.execution.current_step import at
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

    def work(step: Step) -> None:
        started = time.monotonic()
        files = {file.record.id: file for file in load_chunks(tables, step)}
        clock = step.platform.models.extractor.clock
        before = dict(clock.seconds)
        found = _extract(step, list(files.values()))
        files = {id_: file for id_, file in files.items() if id_ not in step.outcome.failures}
        recipe = step.platform.models.recipes[KG_TRIPLES]
        versions = {id_: f"{file.version}.{recipe}" for id_, file in files.items()}
        written = _publish(step, tables, files, found, versions)
        counts = step.platform.graph.counts(written)
        share = (time.monotonic() - started) / max(1, len(files))
        stages = {stage: seconds / max(1, len(files)) for stage, seconds in clock.since(before).items()}
        for id_ in written:
            triples = [t for chunk in files[id_].chunks for t in found[chunk.chunk_id].triples]
            _describe(step, tables, files[id_], triples, counts[id_], versions[id_], share, stages)

    yield from materialize_files(context, platform, KG_TRIPLES, CHECK, work)


def _extract(step: Step, files: Sequence[ChunkedFile]) -> dict[str, Extraction]:
    """What the extractor finds in every chunk, by chunk id; a file that takes too long becomes a failure of its own."""
    cache, extractor = step.platform.extractions, step.platform.models.extractor
    key = extractor_id(extractor.name, extractor.version, step.platform.models.ontology)
    all_chunks = [chunk for file in files for chunk in file.chunks]
    found = cache.find(key, all_chunks)
    missing = [chunk for chunk in all_chunks if chunk.chunk_id not in found]
    ids, done = [file.record.id for file in files], 0
    if missing:
        at(missing[0].file_id, f"0 of {len(missing)} chunks")

    def on_part(part: Sequence[Chunk], extractions: Sequence[Extraction]) -> None:
        nonlocal done
        cache.keep(key, part, extractions)
        done += len(part)
        at(part[-1].file_id, f"{done} of {len(missing)} chunks")
        step.report(ids, 100 * done / len(missing), f"{done} of {len(missing)} chunks read")

    new, failures = extract_within(
        extractor,
        missing,
        seconds=step.platform.settings.part_seconds,
        on_part=on_part,
        part_chunks=extractor.part_chunks,
    )
    step.outcome.failures.update(failures)
    return found | new


def _publish(
    step: Step,
    tables: ParquetIOManager,
    files: Mapping[str, ChunkedFile],
    found: dict[str, Extraction],
    versions: Mapping[str, str],
) -> list[str]:
    """Write Parquet and graph; the ids of the files that were still this step's to write."""
    platform = step.platform
    platform.graph.ensure_schema(relation.name for relation in platform.models.ontology.relation_types)

    joins = {id_: _joins(file, found) for id_, file in files.items()}

    def write(ids: list[str], guard: Guard) -> None:
        staged = [
            (
                id_,
                triple_table([t for chunk in files[id_].chunks for t in found[chunk.chunk_id].triples]),
                versions[id_],
            )
            for id_ in ids
        ]
        graphs = [_graph(files[id_], found, versions[id_]) for id_ in ids]
        with platform.fencing.holding(step.ticket, ids) as confirm:
            tables.write_tables(KG_TRIPLES, staged, guard=confirm)
        platform.names.replace_files({id_: joins[id_] for id_ in ids}, guard=guard)
        with ExitStack() as held:

            def hold() -> None:
                # Only now, behind the wait for the graph's lock; until after the graph's commit.
                held.close()
                held.enter_context(platform.fencing.holding(step.ticket, ids))

            platform.graph.replace_files(graphs, guard=hold)

    return step.write(files, write)


def _joins(file: ChunkedFile, found: dict[str, Extraction]) -> list[Join]:
    """Which of the file's names are one thing."""
    names = {
        (mention.key, mention.name): Name(mention.key, mention.type, mention.name)
        for chunk in file.chunks
        for mention in found[chunk.chunk_id].mentions
    }
    return resolve_document(names.values(), [chunk.text for chunk in file.chunks])


def _graph(file: ChunkedFile, found: dict[str, Extraction], version: str) -> FileGraph:
    return FileGraph(
        file_id=file.record.id,
        path=file.record.display_path,
        user_id=file.record.user_id,
        version=version,
        chunks=tuple((chunk.chunk_id, chunk.ordinal) for chunk in file.chunks),
        mentions=tuple(m for chunk in file.chunks for m in found[chunk.chunk_id].mentions),
        triples=tuple(t for chunk in file.chunks for t in found[chunk.chunk_id].triples),
    )


def _describe(
    step: Step,
    tables: ParquetIOManager,
    file: ChunkedFile,
    triples: Sequence[Triple],
    counts: GraphCounts,
    version: str,
    seconds: float,
    stages: Mapping[str, float],
) -> None:
    platform, record, outcome = step.platform, file.record, step.outcome
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
        AssetResult(version, distinct, seconds),
        {
            **describe_file(record),
            "triples": MetadataValue.int(distinct),
            "entities": MetadataValue.int(counts.entities),
            "mentions": MetadataValue.int(counts.mentions),
            "triples of single chunks": MetadataValue.int(len(triples)),
            "extractor": MetadataValue.text(platform.models.extractor.name),
            "extractor version": MetadataValue.text(platform.models.extractor.version),
            "ontology": MetadataValue.text(platform.models.ontology.digest[:16]),
            "seconds": MetadataValue.float(round(seconds, 3)),
            **{f"seconds {name}": MetadataValue.float(round(took, 3)) for name, took in stages.items()},
            "path": MetadataValue.path(str(tables.path_of(KG_TRIPLES, record.id))),
            "preview": MetadataValue.md(
                preview(triples, ["head", "relation", "tail", "confidence", "evidence"])
            ),
        },
    )
