"""What a process loads once and keeps: models, tokenizer, parser child, connections to the stores."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property, lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Engine

from aibox_assets.domain.chunk import ChunkSplitter
from aibox_assets.domain.embed import BUILT_IN, Embedder, EmbeddingModel, Vectors, describe_model
from aibox_assets.domain.extract import Extractor, load_extractor
from aibox_assets.domain.extract.versions import describe_extractor
from aibox_assets.domain.models import Chunk
from aibox_assets.domain.ontology import Ontology, load_ontology
from aibox_assets.domain.parse import ParseLimits
from aibox_assets.domain.words import fold_script
from aibox_assets.resources.recipes import chunk_recipe, embedding_recipe, extractor_id, triple_recipe
from aibox_assets.sandbox import ParserSandbox
from aibox_assets.settings import GivenSettings, Settings, load_settings
from aibox_assets.stores.chosen_models import ChosenModels, ChosenModelStore
from aibox_assets.stores.database import connect
from aibox_assets.stores.events import EventStore
from aibox_assets.stores.extractions import ExtractionCache
from aibox_assets.stores.failures import DeadLetters
from aibox_assets.stores.fencing import Fencing
from aibox_assets.stores.files import CHUNKS, EMBEDDINGS, KG_TRIPLES, FileStore
from aibox_assets.stores.folders import INBOX, FolderStore, WatchedFolder
from aibox_assets.stores.graph_records import GraphAddress
from aibox_assets.stores.lifecycle import Lifecycle
from aibox_assets.stores.locks import graph_write_lock
from aibox_assets.stores.missing import MissingStore
from aibox_assets.stores.pauses import PauseStore
from aibox_assets.stores.search import SearchStore
from aibox_assets.stores.space_records import Space, require_model
from aibox_assets.stores.spaces import SpaceStore
from aibox_assets.stores.status import LiveStatus
from aibox_assets.stores.vectors import VectorStore
from aibox_assets.stores.views import FolderViews
from aibox_assets.workers.queries import answer_queries, ask_for_vector
from aibox_assets.workers.queues import FILE_PROCESSING, KG_EXTRACTION, VECTORIZATION

if TYPE_CHECKING:
    from aibox_assets.stores.graph import GraphStore


class Platform:
    """The parts of this installation, each made at its first use and kept."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._wanted = False

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
    def lifecycle(self) -> Lifecycle:
        """Every change of their state."""
        return Lifecycle(self.engine, max_attempts=self.settings.max_attempts)

    @cached_property
    def fencing(self) -> Fencing:
        """Who may write."""
        return Fencing(self.engine)

    @cached_property
    def events(self) -> EventStore:
        """Their history."""
        return EventStore(self.engine)

    @cached_property
    def dead_letters(self) -> DeadLetters:
        """Those that failed for good."""
        return DeadLetters(self.engine)

    @cached_property
    def pauses(self) -> PauseStore:
        """Queues that stand still."""
        return PauseStore(self.engine)

    @cached_property
    def spaces(self) -> SpaceStore:
        """Which embedding models have vectors, and which of them is active."""
        return SpaceStore(self.engine)

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

    @cached_property
    def folder_store(self) -> FolderStore:
        """Which watched folders are known, and which place is which."""
        return FolderStore(self.engine)

    @cached_property
    def missing(self) -> MissingStore:
        """Files of large removals that wait."""
        return MissingStore(self.engine)

    @cached_property
    def views(self) -> FolderViews:
        """What this process remembers of its looks at the folders."""
        return FolderViews(self.max_bytes)

    def locate_folder(self, label: str) -> Path:
        """Where a watched folder is; raises as :meth:`FolderStore.locate`."""
        return self.folder_store.locate(label, self.folders.values())

    @cached_property
    def chosen_models(self) -> ChosenModelStore:
        """Which models the installation uses."""
        return ChosenModelStore(self.engine)

    # Models

    @cached_property
    def models(self) -> ChosenModels:
        """The models of this process, by name."""
        return self._read_models()

    def _read_models(self) -> ChosenModels:
        """The environment and ``.env`` first, then the installation's choice, then what this home wrote down."""
        given = self._given
        started = self.settings.database_url is not None
        chosen = self.chosen_models.read() if started else ChosenModels()
        return ChosenModels(
            given.embedding_model or chosen.embedding or self.settings.embedding_model,
            given.extractor or chosen.extractor or self.settings.extractor,
        )

    @cached_property
    def _given(self) -> GivenSettings:
        return GivenSettings(**{"AIBOX_HOME": self.settings.home})  # type: ignore[arg-type]  # by alias

    def models_changed(self) -> bool:
        """Whether a model that this process has in use is not the one to use any more; it should then end.

        One query. :raises StoreUnavailableError: Postgres did not answer.
        """
        before, self.models = self.models, self._read_models()
        if before != self.models:
            self.__dict__.pop("recipes", None)
        return ("embedding_model" in self.__dict__ and before.embedding != self.models.embedding) or (
            "extractor" in self.__dict__ and before.extractor != self.models.extractor
        )

    @cached_property
    def ontology(self) -> Ontology:
        """Entity and relation types."""
        return load_ontology(self.settings.ontology)

    @cached_property
    def embedding_model(self) -> EmbeddingModel:
        """The embedding model, described but not loaded."""
        return describe_model(
            self.models.embedding or BUILT_IN,
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
    def stored_model(self) -> Space:
        """For writers: the space of our model, made where there is none; refuses when another one has vectors."""
        return self.spaces.use_model(self.embedding_model.spec)

    @property
    def active_space(self) -> Space | None:
        """For readers: the space that searches read, None before the first; refuses when it is of another model."""
        space = self.spaces.active()
        if space is not None:
            require_model(space, self.embedding_model.spec)
        return space

    @cached_property
    def extractor(self) -> Extractor:
        """The extractor, loaded."""
        return load_extractor(
            self.models.extractor or "offline",
            self.ontology,
            threads=self.settings.threads or max(1, _cores() // 2),
        )

    @cached_property
    def recipes(self) -> dict[str, str]:
        """How each asset is made by this configuration: digest by asset. Loads no model."""
        name = self.models.extractor or "offline"
        version = describe_extractor(name, self.ontology)
        return {
            CHUNKS: chunk_recipe(self.splitter, self.embedding_model.revision),
            EMBEDDINGS: embedding_recipe(self.embedding_model.spec),
            KG_TRIPLES: triple_recipe(extractor_id(name, version, self.ontology)),
        }

    def want_recipes(self) -> None:
        """Make this configuration the one that every asset is wanted by; one query, the second time.

        For the sensors' process, which has no model loaded: it follows a change of models here.
        """
        if self.models_changed():
            for name in ("embedding_model", "splitter"):
                self.__dict__.pop(name, None)
        if "recipes" not in self.__dict__:
            self._wanted = False
        if not self._wanted:
            self.lifecycle.want(self.recipes)
            self._wanted = True

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
