"""The trained tagger's network as an ONNX graph, for inference.

It computes what :mod:`network` does without dropout; matrices of the encoder and of the convolutions are in int8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from aibox_assets.domain.encoders.bert import BertShape, Tensor, encode, kept
from aibox_assets.domain.encoders.onnx_graph import Floats, Graph, integers
from aibox_assets.domain.extract.tagger.artifact import NAMES_FILE, PAIRS_FILE, RELATIONS_FILE, Artifact
from aibox_assets.domain.hub import WEIGHTS

_HIDDEN: Final = 384
_HEADS: Final = 12
_ADAPTER_SCALE: Final = 2.0  # as in training
_CONVOLUTIONS: Final = 3
_BLOCKS: Final = 4  # of a pair's vectors
_REACH: Final = 2  # units on either side that a convolution sees
_ENCODER_EPSILON: Final = 1e-12
_UNITS_EPSILON: Final = 1e-5
_MATRICES: Final = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "out": "attention.output.dense",
    "wide": "intermediate.dense",
    "narrow": "output.dense",
}
_NORMS: Final = {"norm": "attention.output.LayerNorm", "last_norm": "output.LayerNorm"}


def write_graph(artifact: Artifact, encoder: Path, folder: Path) -> None:
    """Write the graph of *artifact* on the encoder in the folder *encoder* into *folder*.

    Inputs: ``rows`` of the table of words with the special pieces, ``(pieces, hidden)``; ``shares`` of pieces in units,
    ``(units, pieces)``; what is known of each unit, ``(units,)`` each. Outputs, in this order: states of the pieces,
    ``(pieces, hidden)``; the attention of the last layer, ``(heads, pieces, pieces)``; states of the units; the
    logarithms of the probabilities of the units' labels.
    """
    import onnx

    graph = Graph()
    weights = artifact.weights()
    shape = BertShape(_HIDDEN, _HEADS, artifact.layers, _ENCODER_EPSILON)
    states, attention = encode(
        graph, shape, _adapted(weights, encoder / WEIGHTS, artifact.layers), graph.quantized
    )
    units = _units(graph, weights, states)
    labels = graph.node(
        "LogSoftmax", graph.matrix(units, weights["label.weight"], weights["label.bias"]), axis=-1
    )
    floats: dict[str, Sequence[Any]] = {"rows": ["pieces", _HIDDEN], "shares": ["units", "pieces"]}
    known = {name: ["units"] for name in ("places", "shapes", "characters", "words")}
    onnx.save(graph.model(floats, known, states, attention, units, labels), folder / NAMES_FILE)


def write_pairs_graph(artifact: Artifact, folder: Path) -> None:
    """Write the graph for the ends of pairs of entities into *folder*.

    Inputs: ``states`` of the pieces; ``looks``, what each entity attends to, ``(entities, pieces)``; ``vectors`` of the
    entities; of unordered pairs the ends ``one`` and ``other``, and ``steps`` between them; of ordered pairs ``heads``,
    ``tails``, and which unordered pair has ``both``. Outputs, of the ordered pairs: heads and tails, as each
    sees the other, ``(ordered pairs, hidden)`` each; logits by the one and the other apart, ``(ordered pairs,
    relations)``.
    """
    import onnx

    weights = _of_pairs(artifact)
    graph = Graph()
    one, other = (graph.node("Gather", "looks", each, axis=0) for each in ("one", "other"))
    shared = graph.node("Mul", one, other)
    whole = graph.node("Add", graph.node("ReduceSum", shared, integers(-1)), np.array(1e-9, np.float32))
    context = graph.node("MatMul", graph.node("Div", shared, whole), "states")
    near = graph.node(
        "Concat", context, graph.node("Gather", weights["distance.weight"], "steps", axis=0), axis=-1
    )
    sides = []
    for name, ends in (("head", "heads"), ("tail", "tails")):
        matrix = weights[f"{name}.weight"]
        own = matrix.shape[1] - _HIDDEN - weights["distance.weight"].shape[1]
        alone = graph.node("Gather", graph.node("Gemm", "vectors", matrix[:, :own], transB=1), ends, axis=0)
        beside = graph.node(
            "Gather", graph.matrix(near, matrix[:, own:], weights[f"{name}.bias"]), "both", axis=0
        )
        sides.append(graph.node("Tanh", graph.node("Add", alone, beside)))
    apart = graph.matrix(
        graph.node("Concat", *sides, axis=-1),
        weights["each.weight"],
        weights["each.bias"] + weights["both.bias"],
    )
    floats: dict[str, Sequence[Any]] = {
        "states": ["pieces", _HIDDEN],
        "looks": ["entities", "pieces"],
        "vectors": ["entities", 2 * len(weights["head.bias"]) + weights["kind.weight"].shape[1]],
    }
    whole_numbers = {name: ["unordered"] for name in ("one", "other", "steps")}
    whole_numbers |= {name: ["ordered"] for name in ("heads", "tails", "both")}
    onnx.save(graph.model(floats, whole_numbers, *sides, apart), folder / PAIRS_FILE)


def write_relations_graph(artifact: Artifact, folder: Path) -> None:
    """Write the graph for what the two ends of pairs say together into *folder*.

    Inputs: the first two outputs of :func:`write_pairs_graph`, ``heads`` and ``tails``; indices of the ``relations``
    that are asked for. Output: what is added to their logits, ``(pairs, relations)``.
    """
    import onnx

    weights, graph = _of_pairs(artifact), Graph()
    relations, size = weights["both.weight"].shape
    side = round((size / _BLOCKS) ** 0.5)
    # One matrix per block, from a head's part to the tail's part of every relation.
    blocks = weights["both.weight"].reshape(relations, _BLOCKS, side, side).transpose(1, 2, 0, 3)
    asked = graph.node(
        "Reshape", graph.node("Gather", blocks, "relations", axis=2), integers(_BLOCKS, side, -1)
    )
    head, tail = (
        graph.node("Transpose", graph.node("Reshape", each, integers(-1, _BLOCKS, side)), perm=[1, 0, 2])
        for each in ("heads", "tails")
    )
    crossed = graph.node("Reshape", graph.node("MatMul", head, asked), integers(0, 0, -1, side))
    agreed = graph.node("MatMul", crossed, graph.node("Unsqueeze", tail, integers(3)))
    logits = graph.node("ReduceSum", agreed, integers(0, 3), keepdims=0)
    floats = {name: ["pairs", _BLOCKS * side] for name in ("heads", "tails")}
    onnx.save(graph.model(floats, {"relations": ["asked"]}, logits), folder / RELATIONS_FILE)


def _of_pairs(artifact: Artifact) -> dict[str, Floats]:
    return {
        name.removeprefix("pairs."): value
        for name, value in artifact.weights().items()
        if name.startswith("pairs.")
    }


def _adapted(weights: Mapping[str, Floats], encoder: Path, layers: int) -> Tensor:
    """The tensors of *encoder*, with matrices as the adapters change them, and norms of the artifact's own."""
    own = {f"embeddings.LayerNorm.{each}": weights[f"norm.{each}"] for each in ("weight", "bias")}
    for i in range(layers):
        for name, place in _MATRICES.items():
            matrix = f"encoder.layer.{i}.{place}.weight"
            low = weights[f"layers.{i}.{name}.up"] @ weights[f"layers.{i}.{name}.down"]
            own[matrix] = kept(encoder, matrix) + _ADAPTER_SCALE * low
        for name, place in _NORMS.items():
            for each in ("weight", "bias"):
                own[f"encoder.layer.{i}.{place}.{each}"] = weights[f"layers.{i}.{name}.{each}"]
    return lambda name: own[name] if name in own else kept(encoder, name)


def _units(graph: Graph, weights: Mapping[str, Floats], states: str) -> str:
    known = [
        graph.node("Gather", weights[f"{table}.weight"], given, axis=0)
        for table, given in (
            ("place", "places"),
            ("shape", "shapes"),
            ("character", "characters"),
            ("word", "words"),
        )
    ]
    mixed = graph.node("Concat", graph.node("MatMul", "shares", states), *known, axis=-1)
    units = graph.matrix(mixed, weights["mix.weight"], weights["mix.bias"])
    for i in range(_CONVOLUTIONS):
        # A convolution as one matrix over the neighbours of each unit, side by side.
        kernel, bias = weights[f"convolutions.{i}.weight"], weights[f"convolutions.{i}.bias"]
        padded = graph.node("Pad", units, np.array([_REACH, 0, _REACH, 0]))
        width = kernel.shape[2]
        beside = [
            graph.node(
                "Slice", padded, integers(j), integers(j - width + 1 or np.iinfo(np.int64).max), integers(0)
            )
            for j in range(width)
        ]
        near = graph.node("Concat", *beside, axis=-1)
        moved = graph.quantized(near, kernel.transpose(0, 2, 1).reshape(len(kernel), -1), bias)
        value, gate = graph.node("Split", moved, axis=-1, num_outputs=2, results=2).split()
        moved = graph.node("Mul", value, graph.node("Sigmoid", gate))
        norm = f"norms.{i}"
        units = graph.norm(
            graph.node("Add", units, moved),
            weights[f"{norm}.weight"],
            weights[f"{norm}.bias"],
            _UNITS_EPSILON,
        )
    return units
