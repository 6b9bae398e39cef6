"""What a process loads once and keeps: models, tokenizer, parser child, connections to the stores."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property, lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Final

from sqlalchemy import Engine

from aibox_assets.domain.chunk import ChunkSplitter
from aibox_assets.domain.embed import BUILT_IN, Embedder, EmbeddingModel, Vectors, describe_model
from aibox_assets.domain.extract import Extractor, load_extractor
from aibox_assets.domain.models import Chunk
from aibox_assets.domain.ontology import Ontology, load_ontology
from aibox_assets.domain.parse import ParseLimits
from aibox_assets.domain.parse.sandbox import ParserSandbox
from aibox_assets.domain.words import fold_script
from aibox_assets.settings import Settings, load_settings
from aibox_assets.stores.claims import ClaimStore
from aibox_assets.stores.database import connect
from aibox_assets.stores.embedding_models import StoredModel
from aibox_assets.stores.extractions import ExtractionCache
from aibox_assets.stores.files import FileStore
from aibox_assets.stores.folders import INBOX, WatchedFolder
from aibox_assets.stores.graph_records import GraphAddress
from aibox_assets.stores.locks import graph_write_lock
from aibox_assets.stores.progress import ProgressStore
from aibox_assets.stores.search import SearchStore
from aibox_assets.stores.status import LiveStatus
from aibox_assets.stores.vectors import VectorStore
from aibox_assets.workers.queries import answer_queries, ask_for_vector
from aibox_assets.workers.queues import FILE_PROCESSING, KG_EXTRACTION, VECTORIZATION

if TYPE_CHECKING:
    from aibox_assets.stores.graph import GraphStore


class Platform:
    """The parts of this installation, each made at its first use and kept."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    # Stores

    @cached_property
    def engine(self) -> Engine:
        """Connections to our database."""
        return connect(self.settings.require_database_url())

    @cached_property
    def files(self) -> FileStore:
        """Which files there are."""
        return FileStore(self.engine)

    @cached_property
    def progress(self) -> ProgressStore:
        """What is done and to be done for them."""
        return ProgressStore(self.engine, max_attempts=self.settings.max_attempts)

    @cached_property
    def claims(self) -> ClaimStore:
        """Who may write."""
        return ClaimStore(self.engine)

    @cached_property
    def vectors(self) -> VectorStore:
        """Chunks with vectors."""
        return VectorStore(self.engine)

    @cached_property
    def search(self) -> SearchStore:
        """Search over them."""
        return SearchStore(self.engine)

    @cached_property
    def extractions(self) -> ExtractionCache:
        """What extractors found in texts."""
        return ExtractionCache(self.engine)

    @cached_property
    def graph(self) -> GraphStore:
        """The knowledge graph."""
        from aibox_assets.stores.graph import (
            GraphStore,  # the driver's import takes longer than most commands
        )

        settings = self.settings
        address = GraphAddress(
            uri=settings.require_neo4j_uri(),
            user=settings.neo4j_user,
            password=settings.neo4j_password.get_secret_value(),
            database=settings.neo4j_database,
        )
        return GraphStore(address, graph_write_lock(self.engine))

    @cached_property
    def live(self) -> LiveStatus:
        """Live status for people who watch."""
        return LiveStatus(self.settings.require_redis_url())

    @cached_property
    def folders(self) -> dict[str, WatchedFolder]:
        """The watched folders by label."""
        inbox, *extra = self.settings.watched_folders
        labelled = {INBOX: inbox, **{str(root): root for root in extra}}
        return {label: WatchedFolder(label, root) for label, root in labelled.items()}

    # Models

    @cached_property
    def ontology(self) -> Ontology:
        """Entity and relation types."""
        return load_ontology(self.settings.ontology)

    @cached_property
    def embedding_model(self) -> EmbeddingModel:
        """The embedding model, described but not loaded."""
        return describe_model(
            self.settings.embedding_model or BUILT_IN,
            query_prefix=self.settings.query_prefix,
            passage_prefix=self.settings.passage_prefix,
        )

    @cached_property
    def embedder(self) -> Embedder:
        """The embedding model, loaded."""
        # Its threads wait for nobody, so they may take every core that is free (domain/encoders/full.py).
        return Embedder(self.embedding_model, threads=self.settings.threads or _cores())

    def embed_query(self, query: str) -> Vectors:
        """The vector of a question, shape ``(dimension,)``: from a worker that has the model warm, else by our own."""
        if "embedder" not in self.__dict__:
            url = self.settings.require_redis_url()
            vector = ask_for_vector(url, self.embedding_model.revision, query)
            if vector is not None:
                return vector
        return self.embedder.encode_query(query)

    @cached_property
    def stored_model(self) -> StoredModel:
        """The model as the vectors' table knows it; refuses when vectors of another one are stored."""
        return self.vectors.activate_model(self.embedding_model.spec)

    @cached_property
    def extractor(self) -> Extractor:
        """The extractor, loaded."""
        return load_extractor(
            self.settings.extractor or "offline",
            self.ontology,
            threads=self.settings.threads or max(1, _cores() // 2),
        )

    @cached_property
    def splitter(self) -> ChunkSplitter:
        """Splits by the embedding model's own tokenizer."""
        tokens = min(self.settings.chunk_tokens, self.embedding_model.passage_tokens())
        overlap = min(self.settings.chunk_overlap, tokens // 2)
        return ChunkSplitter(self.embedding_model.tokenizer(), tokens, overlap)

    @cached_property
    def parser(self) -> ParserSandbox:
        """The child process that parses."""
        return ParserSandbox(
            ParseLimits(max_bytes=self.max_bytes),
            timeout=self.settings.parse_timeout,
            memory_mb=self.settings.parse_memory_mb,
        )

    @property
    def max_bytes(self) -> int:
        """The largest file that is taken."""
        return self.settings.max_file_mb * 2**20


def _cores() -> int:
    return len(os.sched_getaffinity(0))


@lru_cache(maxsize=1)
def current_platform() -> Platform:
    """The platform of this process."""
    return Platform(load_settings())


def warm_up(queues: Sequence[str]) -> None:
    """Load what the tasks of *queues* need, and Dagster's definitions, before the first task comes."""
    # A first task would pay for these imports. By name, since the room of the definitions lies above this one.
    for module in ("aibox_assets.definitions", "aibox_assets.dagster_patches.instance_storage"):
        import_module(module)
    platform = current_platform()
    if FILE_PROCESSING in queues:
        _ = platform.splitter, platform.parser
    if VECTORIZATION in queues:
        platform.embedder.encode_query("warm")  # what a model does once, it does at its first text
        fold_script("漢")
        answer_queries(platform.settings.require_redis_url(), platform.embedder)
    if KG_EXTRACTION in queues:
        platform.extractor.extract([_SENTENCE])
        _ = platform.graph


_SENTENCE: Final = Chunk("warm", "warm", 0, "Ann Lee works for Acme in Oslo.", 8, 0, 31, None, None, (), "en")
