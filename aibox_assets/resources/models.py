"""What a process loads once and keeps: encoder, extractor, splitter, parser; and how assets are made by them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from sqlalchemy import Engine

from aibox_assets.domain.chunk import ChunkSplitter
from aibox_assets.domain.embed import DEFAULT_MODEL, Embedder, EmbeddingModel, Vectors, describe_model
from aibox_assets.domain.encoders import multilingual
from aibox_assets.domain.errors import AIBoxError, ConfigurationError
from aibox_assets.domain.extract import Extractor, load_extractor
from aibox_assets.domain.extract.llm.extractor import PREFIX
from aibox_assets.domain.extract.versions import describe_extractor
from aibox_assets.domain.ontology import Ontology, load_ontology
from aibox_assets.domain.parse import ParseLimits
from aibox_assets.domain.rerank import Reranker
from aibox_assets.resources.language_model import ask_language_model
from aibox_assets.resources.recipes import chunk_recipe, embedding_recipe, extractor_id, triple_recipe
from aibox_assets.sandbox import ParserSandbox
from aibox_assets.settings import GivenSettings, Settings
from aibox_assets.stores.chosen_models import ChosenModels, ChosenModelStore
from aibox_assets.stores.files import ASSETS, CHUNKS, EMBEDDINGS
from aibox_assets.stores.space_records import Space, gives_same_vectors, require_model
from aibox_assets.workers.queries import ask_for_vector


class Models:
    """The models of this installation, each loaded at its first use and kept.

    :param chosen: what the installation chose; None before its first start.
    :param engine: of our database, where there is one: what a language model costs is counted in it.
    :ivar others: further embedding models, by revision, while one takes over from another.
    """

    def __init__(
        self, settings: Settings, chosen: ChosenModelStore | None, engine: Engine | None = None
    ) -> None:
        self.settings = settings
        self._engine = engine
        self._chosen = chosen
        self.others: dict[str, Embedder] = {}
        self._recipes: dict[str, str] = {}

    @cached_property
    def names(self) -> ChosenModels:
        """The models of this process, by name."""
        return self._read_names()

    def _read_names(self) -> ChosenModels:
        """The environment and ``.env`` first, then the installation's choice, then what this home wrote down."""
        given = self._given
        chosen = ChosenModels() if self._chosen is None else self._chosen.read()
        return ChosenModels(
            given.embedding_model or chosen.embedding or self.settings.embedding_model,
            given.extractor or chosen.extractor or self.settings.extractor,
        )

    @cached_property
    def _given(self) -> GivenSettings:
        return GivenSettings.of_home(self.settings.home)

    def changed(self) -> bool:
        """Whether a model that this process has in use is not the one to use any more; it should then end.

        One query. :raises StoreUnavailableError: Postgres did not answer.
        """
        before, self.names = self.names, self._read_names()
        if before != self.names:
            self.__dict__.pop("recipes", None)
            self._recipes.clear()
        return ("embedding_model" in self.__dict__ and before.embedding != self.names.embedding) or (
            "extractor" in self.__dict__ and before.extractor != self.names.extractor
        )

    @cached_property
    def ontology(self) -> Ontology:
        """Entity and relation types."""
        return load_ontology(self.settings.ontology)

    @cached_property
    def embedding_model(self) -> EmbeddingModel:
        """The embedding model, described but not loaded."""
        return describe_model(
            self.names.embedding or DEFAULT_MODEL,
            query_prefix=self.settings.query_prefix,
            passage_prefix=self.settings.passage_prefix,
        )

    @cached_property
    def embedder(self) -> Embedder:
        """The embedding model, loaded."""
        return self._load(self.embedding_model)

    def model_of(self, space: Space) -> EmbeddingModel:
        """The model whose vectors are in *space*: ours, or one that another takes over from, described.

        :raises ConfigurationError: its files are not here, or are others than when the vectors were made.
        """
        if gives_same_vectors(space.spec, self.embedding_model.spec):
            return self.embedding_model
        spec = space.spec
        model = describe_model(spec.name, query_prefix=spec.query_prefix, passage_prefix=spec.passage_prefix)
        require_model(space, model.spec)
        return model

    def embedder_of(self, space: Space) -> Embedder:
        """The model whose vectors are in *space*, loaded, and kept for as long as the process lives."""
        model = self.model_of(space)
        if model is self.embedding_model:
            return self.embedder
        if model.revision not in self.others:
            self.others[model.revision] = self._load(model)
        return self.others[model.revision]

    def embed_query(self, query: str, space: Space) -> Vectors:
        """The vector of a question for *space*, shape ``(dimension,)``: from a worker that has the model warm, else by
        our own."""
        model = self.model_of(space)
        loaded = (
            "embedder" in self.__dict__ if model is self.embedding_model else model.revision in self.others
        )
        if not loaded:
            vector = ask_for_vector(self.settings.require_redis_url(), model.revision, query)
            if vector is not None:
                return vector
        return self.embedder_of(space).encode_query(query)

    def _load(self, model: EmbeddingModel) -> Embedder:
        # Its threads wait for nobody, so they may take every core that is free (domain/encoders/full.py).
        with _loading(model.name):
            return Embedder(model, threads=self.settings.threads or _cores())

    @cached_property
    def reranker(self) -> Reranker | None:
        """What reads the best of a search once more, loaded; None where none is set."""
        name = self.settings.reranker
        if name is None:
            return None
        with _loading(name):
            return Reranker(name, threads=self.settings.threads or max(1, _cores() // 2))

    @cached_property
    def extractor(self) -> Extractor:
        """The extractor, loaded."""
        name = self.names.extractor or "offline"
        if name.startswith(PREFIX):
            return ask_language_model(name, self.settings, self.ontology, self._engine)
        # The built-in one's threads wait for nobody, as the encoder's.
        cores = _cores() if name.startswith("offline") else max(1, _cores() // 2)
        with _loading(name):
            return load_extractor(name, self.ontology, threads=self.settings.threads or cores)

    @cached_property
    def recipes(self) -> dict[str, str]:
        """How each asset is made by this configuration: digest by asset. Loads no model."""
        return {asset: self.recipe(asset) for asset in ASSETS}

    def recipe(self, asset: str) -> str:
        """The same of one asset: a model that is missing is no fault of what is made without it."""
        if asset not in self._recipes:
            self._recipes[asset] = self._describe(asset)
        return self._recipes[asset]

    def _describe(self, asset: str) -> str:
        if asset == CHUNKS:
            return chunk_recipe(*self._chunk_size, multilingual.REVISION)
        if asset == EMBEDDINGS:
            return embedding_recipe(self.embedding_model.spec)
        name = self.names.extractor or "offline"
        return triple_recipe(extractor_id(name, describe_extractor(name, self.ontology), self.ontology))

    def refresh(self) -> bool:
        """Follow a change of models where none is loaded, as in the sensors' process; whether recipes may differ."""
        if self.changed():
            self.__dict__.pop("embedding_model", None)
        return "recipes" not in self.__dict__

    @cached_property
    def splitter(self) -> ChunkSplitter:
        """Splits by one tokenizer, whichever the embedding model is: chunks stay as they are when it changes."""
        return ChunkSplitter(multilingual.multilingual_pieces().count, *self._chunk_size)

    @property
    def _chunk_size(self) -> tuple[int, int]:
        """Most tokens of a chunk, and of what neighbours share."""
        tokens = self.settings.chunk_tokens
        return tokens, min(self.settings.chunk_overlap, tokens // 2)

    @cached_property
    def parser(self) -> ParserSandbox:
        """The child process that parses."""
        return ParserSandbox(
            ParseLimits(max_bytes=self.settings.max_file_mb * 2**20),
            timeout=self.settings.parse_timeout,
            memory_mb=self.settings.parse_memory_mb,
        )


@contextmanager
def _loading(name: str) -> Iterator[None]:
    """Whatever a model's library raises while it loads is a fault of the installation, and of no file."""
    try:
        yield
    except AIBoxError:
        raise
    except Exception as error:
        raise ConfigurationError(
            f"The model {name} does not load: {type(error).__name__}: {error}",
            "Look at 'aibox doctor'; 'aibox models use NAME' chooses another one, or the same once more.",
        ) from error


def _cores() -> int:
    return len(os.sched_getaffinity(0))
