"""``kg_triples``: entities and their relations, NER → RE → RT, as Parquet and in the graph."""

import hashlib
import time
from collections.abc import Iterator, Sequence
from typing import Final

from dagster import (
    AssetCheckSpec,
    AssetExecutionContext,
    MetadataValue,
    ResourceParam,
    asset,
)

from aibox_assets.assets.batch import Made, Outcome, Step, StepResult, describe_file, materialize_files
from aibox_assets.assets.chunks import chunks
from aibox_assets.assets.io_manager import ParquetIOManager
from aibox_assets.assets.partitions import file_partitions
from aibox_assets.assets.policy import GROUP, OWNERS, backfill_policy
from aibox_assets.assets.tables import TRIPLE_SCHEMA, frame_triples, preview
from aibox_assets.assets.upstream import ChunkedFile, load_chunks
from aibox_assets.domain.models import Extraction
from aibox_assets.execution.platform import Platform
from aibox_assets.execution.queues import KG_EXTRACTION
from aibox_assets.stores.graph_records import FileGraph, GraphCounts
from aibox_assets.stores.progress import KG_TRIPLES, AssetResult

CODE_VERSION: Final = "1"
CHECK: Final = "triples_fit_the_ontology_and_the_graph"
EXTRACT_CHUNKS: Final = 256


@asset(
    deps=[chunks],
    partitions_def=file_partitions,
    backfill_policy=backfill_policy,
    group_name=GROUP,
    owners=OWNERS,
    kinds={"parquet", "neo4j", "spacy"},
    code_version=CODE_VERSION,
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

    def work(platform: Platform, step: Step, outcome: Outcome) -> None:
        started = time.monotonic()
        files = load_chunks(tables, step, outcome)
        found = _extract(platform, step, files)
        versions = {file.record.id: _version(platform, file) for file in files}
        for file in files:
            frame = frame_triples([t for c in file.chunks for t in found[c.chunk_id].triples])
            tables.write_table(KG_TRIPLES, file.record.id, frame, TRIPLE_SCHEMA, versions[file.record.id])
        platform.graph.ensure_schema(relation.name for relation in platform.ontology.relation_types)
        platform.graph.replace_files([_graph(file, found, versions[file.record.id]) for file in files])
        counts = platform.graph.counts([file.record.id for file in files])
        share = (time.monotonic() - started) / max(1, len(files))
        for file in files:
            _describe(platform, tables, file, counts[file.record.id], share, outcome)

    yield from materialize_files(context, platform, KG_TRIPLES, CHECK, work)


def _extract(platform: Platform, step: Step, files: Sequence[ChunkedFile]) -> dict[str, Extraction]:
    """What the extractor finds in every chunk, by chunk id; equal texts are read once."""
    extractor = _extractor_id(platform)
    all_chunks = [chunk for file in files for chunk in file.chunks]
    found = platform.extractions.find(extractor, all_chunks)
    unique = {chunk.text_hash: chunk for chunk in all_chunks if chunk.chunk_id not in found}
    missing = list(unique.values())
    for start in range(0, len(missing), EXTRACT_CHUNKS):
        part = missing[start : start + EXTRACT_CHUNKS]
        platform.extractions.keep(extractor, part, platform.extractor.extract(part))
        for file in files:
            step.report(
                file.record.id, 100 * (start + len(part)) / len(missing), f"{start + len(part)} chunks read"
            )
    if missing:
        rest = [chunk for chunk in all_chunks if chunk.chunk_id not in found]
        found.update(platform.extractions.find(extractor, rest))
    return found


def _extractor_id(platform: Platform) -> str:
    return f"{platform.extractor.name}@{platform.extractor.version}/{platform.ontology.digest[:16]}"


def _version(platform: Platform, file: ChunkedFile) -> str:
    config = f"{CODE_VERSION}/{file.version}/{_extractor_id(platform)}"
    return f"{file.sha256}.{hashlib.sha256(config.encode()).hexdigest()[:16]}"


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
    platform: Platform,
    tables: ParquetIOManager,
    file: ChunkedFile,
    counts: GraphCounts,
    seconds: float,
    outcome: Outcome,
) -> None:
    record = file.record
    stored = tables.read_table(KG_TRIPLES, record.id)
    assert stored is not None, "it was written a moment ago"
    frame = stored.frame
    distinct = len(frame.drop_duplicates(["head_key", "relation", "tail_key"]))
    allows = platform.ontology.allows
    strangers = [
        f"{t['head_type']} {t['relation']} {t['tail_type']}"
        for t in frame.to_dict("records")
        if not allows(t["head_type"], t["relation"], t["tail_type"])
    ]
    if strangers:
        outcome.faults[record.display_path] = f"not in the ontology: {', '.join(sorted(set(strangers)))}"
    elif counts.triples != distinct or counts.chunks != len(file.chunks):
        outcome.faults[record.display_path] = (
            f"Parquet has {distinct} triples and {len(file.chunks)} chunks, "
            f"the graph has {counts.triples} and {counts.chunks}"
        )
    outcome.made[record.id] = Made(
        AssetResult(stored.version, distinct, seconds),
        {
            **describe_file(record),
            "triples": MetadataValue.int(distinct),
            "entities": MetadataValue.int(counts.entities),
            "mentions": MetadataValue.int(counts.mentions),
            "extractor": MetadataValue.text(platform.extractor.name),
            "extractor version": MetadataValue.text(platform.extractor.version),
            "ontology": MetadataValue.text(platform.ontology.digest[:16]),
            "seconds": MetadataValue.float(round(seconds, 3)),
            "path": MetadataValue.path(str(tables.path_of(KG_TRIPLES, record.id))),
            "preview": MetadataValue.md(
                preview(frame, ["head", "relation", "tail", "confidence", "evidence"])
            ),
        },
    )
