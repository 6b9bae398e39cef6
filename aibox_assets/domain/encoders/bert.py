"""BERT's network as an ONNX graph that is as fast as ONNX Runtime can be on one core, in full precision or in int8.

Queries, keys and values are one matrix; norms are steps that the processor does eight or sixteen at a time (the
runtime's own kernels for norms take a number at a time, and five times as long). Texts that go through it together have
as many tokens each, so that it needs no mask, which costs an exported model a sixth of its time.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from aibox_assets.domain.encoders.mapped import list_tensors, map_tensor
from aibox_assets.domain.encoders.onnx_graph import MICROSOFT, Floats, Graph, integers
from aibox_assets.domain.hub import WEIGHTS

Dense = Callable[[str, Floats, Floats], str]
"""Adds a linear layer: what it is given, weights, bias."""
Tensor = Callable[[str], Floats]
"""A tensor of the network by its name in a ``BertModel``."""

# Of these kinds, with the place of the first token: some count behind the padding's id.
_FIRST_PLACE: Final[Mapping[str, Callable[[Mapping[str, Any]], int]]] = {
    "bert": lambda _: 0,
    "roberta": lambda config: int(config["pad_token_id"]) + 1,
    "xlm-roberta": lambda config: int(config["pad_token_id"]) + 1,
}
_MODULES: Final = ("Transformer", "Pooling", "Normalize")
_POOLING: Final = ("pooling_mode_mean_tokens", "pooling_mode_cls_token")


WORDS: Final = "words"
"""Under this name a graph's file says which tensor of the model has a row per token."""
_WORDS: Final = "embeddings.word_embeddings.weight"


@dataclass(frozen=True, slots=True)
class BertShape:
    """:ivar first_place: the row of the table of positions that the first token takes."""

    hidden: int
    heads: int
    layers: int
    epsilon: float
    first_place: int = 0


@dataclass(frozen=True, slots=True)
class Bert:
    """A sentence-transformers model of BERT's kind in a folder.

    :ivar prefix: of its tensors' names. :ivar mean: its vector is the mean of the last states, else the first of them.
    """

    folder: Path
    shape: BertShape
    prefix: str
    mean: bool

    def write(self, output: Path, *, int8: bool) -> None:
        """Write its graph to *output*.

        Input: ``rows`` of the table of words, ``(texts, tokens, hidden)``; in int8 ``(tokens, hidden)``, since its
        scale of activations would be that of all texts. Output: the texts' vectors, ``(texts, hidden)``. The table
        stays where it is, and *output* names it (:data:`WORDS`).

        :param int8: matrices in whole numbers of eight bits.
        """
        import onnx

        graph = Graph()
        weights = self.folder / WEIGHTS
        states, _ = encode(
            graph,
            self.shape,
            lambda name: kept(weights, self.prefix + name),
            graph.quantized if int8 else graph.matrix,
            many=not int8,
        )
        if self.mean:
            vector = graph.node("ReduceMean", states, integers(-2))
        else:
            vector = graph.node("Slice", states, integers(0), integers(1), integers(-2))
        vector = graph.node("Reshape", vector, integers(-1, self.shape.hidden))
        shape = [*([] if int8 else ["texts"]), "tokens", self.shape.hidden]
        model = graph.model({"rows": shape}, {}, vector)
        onnx.helper.set_model_props(model, {WORDS: self.prefix + _WORDS})
        onnx.save(model, output)


def find_bert(folder: Path) -> Bert | None:
    """The model in *folder*; None where it is not of BERT's kind, or its numbers are of a kind that numpy lacks.

    :raises OSError: its files cannot be read. :raises ValueError: they are broken.
    """
    config = _read(folder / "config.json")
    mean = _pools_by_mean(folder)
    kind = _FIRST_PLACE.get(config.get("model_type", ""))
    if kind is None or mean is None or config.get("hidden_act") != "gelu" or config.get("is_decoder"):
        return None
    if config.get("position_embedding_type", "absolute") != "absolute":
        return None
    words = [name for name in list_tensors(folder / WEIGHTS) if name == _WORDS or name.endswith(f".{_WORDS}")]
    if len(words) != 1:
        return None
    shape = BertShape(
        config["hidden_size"],
        config["num_attention_heads"],
        config["num_hidden_layers"],
        config["layer_norm_eps"],
        kind(config),
    )
    return Bert(folder, shape, words[0].removesuffix(_WORDS), mean)


def encode(
    graph: Graph, shape: BertShape, tensor: Tensor, dense: Dense, *, many: bool = False
) -> tuple[str, str]:
    """Add the network behind the input ``rows``, ``(tokens, hidden)``.

    :param dense: adds a linear layer, ``(tokens of all texts, inputs)`` to ``(tokens of all texts, outputs)``.
    :param many: *rows* are of several texts, ``(texts, tokens, hidden)``, and so is each result.
    :returns: the states of the last layer, ``(tokens, hidden)``, and its attention, ``(heads, tokens, tokens)``.
    """

    def linear(name: str) -> tuple[Floats, Floats]:
        return tensor(f"{name}.weight"), tensor(f"{name}.bias")

    def norm(given: str, name: str) -> str:
        return graph.norm(given, *linear(name), shape.epsilon)

    places = tensor("embeddings.position_embeddings.weight")[shape.first_place :]
    places = places + tensor("embeddings.token_type_embeddings.weight")[0]
    given = graph.node("Shape", "rows")
    count = graph.node("Slice", given, integers(-2), integers(-1))
    placed = graph.node("Add", "rows", graph.node("Slice", places, integers(0), count))
    size = shape.hidden // shape.heads
    split_shape: str | npt.NDArray[np.int64] = integers(-1, 3, shape.heads, size)
    split_order, found_order = [1, 2, 0, 3], [1, 0, 2]
    if many:
        placed = graph.node("Reshape", placed, integers(-1, shape.hidden))
        texts = graph.node("Slice", given, integers(0), integers(1))
        split_shape = graph.node("Concat", texts, split_shape, axis=0)
        split_order, found_order = [2, 0, 3, 1, 4], [0, 2, 1, 3]
    states = norm(placed, "embeddings.LayerNorm")
    attention = states
    for i in range(shape.layers):
        layer = f"encoder.layer.{i}"
        looking = [linear(f"{layer}.attention.self.{name}") for name in ("query", "key", "value")]
        # What scores are divided by is part of the queries.
        looking[0] = (looking[0][0] / math.sqrt(size), looking[0][1] / math.sqrt(size))
        both = dense(
            states,
            np.concatenate([weight for weight, _ in looking]),
            np.concatenate([bias for _, bias in looking]),
        )
        split = graph.node("Reshape", both, split_shape)
        split = graph.node("Transpose", split, perm=split_order)
        query, key, value = (graph.node("Gather", split, np.array(j), axis=0) for j in range(3))
        scores = graph.node("FusedMatMul", query, key, transB=1, domain=MICROSOFT)
        attention = graph.node("Softmax", scores, axis=-1)
        found = graph.node("Transpose", graph.node("MatMul", attention, value), perm=found_order)
        found = graph.node("Reshape", found, integers(-1, shape.hidden))
        found = dense(found, *linear(f"{layer}.attention.output.dense"))
        states = norm(graph.node("Add", states, found), f"{layer}.attention.output.LayerNorm")
        wide = dense(states, *linear(f"{layer}.intermediate.dense"))
        wide = graph.node("Gelu", wide, domain=MICROSOFT)
        narrow = dense(wide, *linear(f"{layer}.output.dense"))
        states = norm(graph.node("Add", states, narrow), f"{layer}.output.LayerNorm")
    if many:
        states = graph.node("Reshape", states, given)
    return states, attention


def kept(weights: Path, name: str) -> Floats:
    """A tensor of a safetensors file in full precision."""
    return np.asarray(map_tensor(weights, name), np.float32)


def _pools_by_mean(folder: Path) -> bool | None:
    """Whether a vector is the mean of the last states, or the first of them; None where it is something else."""
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    kinds = tuple(module["type"].rpartition(".")[2] for module in modules)
    if kinds not in (_MODULES, _MODULES[:2]):
        return None
    pooling = _read(folder / modules[1]["path"] / "config.json")
    ways = [way for way, value in pooling.items() if way.startswith("pooling_mode_") and value is True]
    return ways[0] == _POOLING[0] if len(ways) == 1 and ways[0] in _POOLING else None


def _read(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded
