"""The trained tagger's network as an ONNX graph, for inference: written node by node, from numpy's arrays alone.

It computes what :mod:`network` does without dropout, as fast as ONNX Runtime can on one core: matrices of the encoder
and of the convolutions in int8 (those of queries, keys and values as one), norms in steps that the processor does eight
or sixteen at a time (the runtime's own kernels for norms take a number at a time, and five times as long).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from aibox_assets.domain.encoders.mapped import map_tensor
from aibox_assets.domain.extract.tagger.artifact import NAMES_FILE, Artifact, Floats
from aibox_assets.domain.hub import WEIGHTS

_HIDDEN: Final = 384
_HEADS: Final = 12
_ADAPTER_SCALE: Final = 2.0  # as in training
_CONVOLUTIONS: Final = 3
_REACH: Final = 2  # units on either side that a convolution sees
_ENCODER_EPSILON: Final = 1e-12
_UNITS_EPSILON: Final = 1e-5
# Seven bits: with eight, processors without VNNI overflow in ``vpmaddubsw`` and give other results than those with it.
_LARGEST: Final = 64
_MATRICES: Final = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "out": "attention.output.dense",
    "wide": "intermediate.dense",
    "narrow": "output.dense",
}
_MICROSOFT: Final = "com.microsoft"
INPUTS: Final = ("rows", "shares", "places", "shapes", "characters", "words")


def write_graph(artifact: Artifact, encoder: Path, folder: Path) -> None:
    """Write the graph of *artifact* on the encoder in the folder *encoder* into *folder*.

    Inputs: ``rows`` of the table of words with the special pieces, ``(pieces, hidden)``; ``shares`` of pieces in units,
    ``(units, pieces)``; what is known of each unit, ``(units,)`` each. Outputs, in this order: states of the pieces,
    ``(pieces, hidden)``; the attention of the last layer, ``(heads, pieces, pieces)``; states of the units; the
    logarithms of the probabilities of the units' labels.
    """
    import onnx

    graph = _Graph()
    weights = artifact.weights()
    states, attention = _encode(graph, weights, encoder / WEIGHTS, artifact.layers)
    units = _units(graph, weights, states)
    labels = graph.node(
        "LogSoftmax", graph.matrix(units, weights["label.weight"], weights["label.bias"]), axis=-1
    )
    onnx.save(graph.model(states, attention, units, labels), folder / NAMES_FILE)


def _encode(graph: _Graph, weights: Mapping[str, Floats], encoder: Path, layers: int) -> tuple[str, str]:
    def kept(name: str) -> Floats:
        return np.asarray(map_tensor(encoder, name), np.float32)

    def matrix(i: int, name: str) -> tuple[Floats, Floats]:
        own, theirs = f"layers.{i}.{name}", f"encoder.layer.{i}.{_MATRICES[name]}"
        low = weights[f"{own}.up"] @ weights[f"{own}.down"]
        return kept(f"{theirs}.weight") + _ADAPTER_SCALE * low, kept(f"{theirs}.bias")

    places = (
        kept("embeddings.position_embeddings.weight") + kept("embeddings.token_type_embeddings.weight")[0]
    )
    pieces = graph.node("Slice", graph.node("Shape", "rows"), _whole(0), _whole(1))
    placed = graph.node("Add", "rows", graph.node("Slice", places, _whole(0), pieces))
    states = graph.norm(placed, weights["norm.weight"], weights["norm.bias"], _ENCODER_EPSILON)
    attention = states
    for i in range(layers):
        looking = [matrix(i, name) for name in ("query", "key", "value")]
        # What scores are divided by is part of the queries.
        scale = math.sqrt(_HIDDEN // _HEADS)
        looking[0] = (looking[0][0] / scale, looking[0][1] / scale)
        both = graph.quantized(
            states,
            np.concatenate([each for each, _ in looking]),
            np.concatenate([each for _, each in looking]),
        )
        split = graph.node("Reshape", both, _whole(-1, 3, _HEADS, _HIDDEN // _HEADS))
        split = graph.node("Transpose", split, perm=[1, 2, 0, 3])
        query, key, value = (graph.node("Gather", split, np.array(j), axis=0) for j in range(3))
        scores = graph.node("FusedMatMul", query, key, transB=1, domain=_MICROSOFT)
        attention = graph.node("Softmax", scores, axis=-1)
        found = graph.node("Transpose", graph.node("MatMul", attention, value), perm=[1, 0, 2])
        found = graph.quantized(graph.node("Reshape", found, _whole(-1, _HIDDEN)), *matrix(i, "out"))
        for name, added in (("norm", found), ("last_norm", "")):
            if not added:
                wide = graph.node("Gelu", graph.quantized(states, *matrix(i, "wide")), domain=_MICROSOFT)
                added = graph.quantized(wide, *matrix(i, "narrow"))
            own = f"layers.{i}.{name}"
            states = graph.norm(
                graph.node("Add", states, added),
                weights[f"{own}.weight"],
                weights[f"{own}.bias"],
                _ENCODER_EPSILON,
            )
    return states, attention


def _units(graph: _Graph, weights: Mapping[str, Floats], states: str) -> str:
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
            graph.node("Slice", padded, _whole(j), _whole(j - width + 1 or np.iinfo(np.int64).max), _whole(0))
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


def _whole(*values: int) -> npt.NDArray[np.int64]:
    return np.array(values, np.int64)


class _Graph:
    """A graph that grows by nodes; arrays that a node is given become constants."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def node(
        self, kind: str, *given: str | npt.NDArray[Any], results: int = 1, domain: str = "", **attributes: Any
    ) -> str:
        """Add a node; the names of its *results*, with blanks between."""
        from onnx import helper

        inputs = [each if isinstance(each, str) else self._constant(each) for each in given]
        outputs = [f"n{len(self._nodes)}.{j}" for j in range(results)]
        self._nodes.append(helper.make_node(kind, inputs, outputs, domain=domain, **attributes))
        return " ".join(outputs)

    def matrix(self, given: str, weight: Floats, bias: Floats) -> str:
        """A linear layer in full precision; *weight* as torch has it, ``(outputs, inputs)``."""
        return self.node("Gemm", given, weight, bias, transB=1)

    def quantized(self, given: str, weight: Floats, bias: Floats) -> str:
        """A linear layer in int8, a scale for each output."""
        scale = np.maximum(np.abs(weight).max(1), 1e-8) / _LARGEST
        whole = np.rint(weight / scale[:, None]).astype(np.int8)
        return self.node(
            "DynamicQuantizeMatMul",
            given,
            np.ascontiguousarray(whole.T),
            scale.astype(np.float32),
            "",
            bias.astype(np.float32),
            domain=_MICROSOFT,
        )

    def norm(self, given: str, weight: Floats, bias: Floats, epsilon: float) -> str:
        """A layer's norm, in a form that the runtime does not recognize and so does not fuse."""
        centred = self.node("Sub", given, self.node("ReduceMean", given, _whole(-1)))
        variance = self.node("ReduceMean", self.node("Mul", centred, centred), _whole(-1))
        deviation = self.node("Sqrt", self.node("Add", variance, np.array(epsilon, np.float32)))
        scaled = self.node("Mul", centred, self.node("Reciprocal", deviation))
        return self.node("Add", self.node("Mul", scaled, weight), bias)

    def model(self, *results: str) -> Any:
        """The whole, with *results* as its outputs."""
        from onnx import TensorProto, helper

        floats, whole = TensorProto.FLOAT, TensorProto.INT64
        shapes: dict[str, list[Any]] = {"rows": ["pieces", _HIDDEN], "shares": ["units", "pieces"]}
        inputs = [
            helper.make_tensor_value_info(
                name, floats if name in shapes else whole, shapes.get(name, ["units"])
            )
            for name in INPUTS
        ]
        outputs = [helper.make_tensor_value_info(name, floats, None) for name in results]
        graph = helper.make_graph(self._nodes, "tagger", inputs, outputs, self._constants)
        opsets = [helper.make_opsetid("", 18), helper.make_opsetid(_MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=10)

    def _constant(self, value: npt.NDArray[Any]) -> str:
        from onnx import numpy_helper

        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.asarray(value, order="C"), name))
        return name
