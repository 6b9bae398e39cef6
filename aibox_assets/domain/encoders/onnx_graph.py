"""An ONNX graph that is written node by node, from numpy's arrays alone; no torch, no exporter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

MICROSOFT: Final = "com.microsoft"
"""The domain of ONNX Runtime's own operators."""
# Seven bits: with eight, processors without VNNI overflow in ``vpmaddubsw`` and give other results than those with it.
_LARGEST: Final = 64

Floats = npt.NDArray[np.float32]


def integers(*values: int) -> npt.NDArray[np.int64]:
    """Whole numbers, as nodes take axes, shapes and places."""
    return np.array(values, np.int64)


class Graph:
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
            domain=MICROSOFT,
        )

    def norm(self, given: str, weight: Floats, bias: Floats, epsilon: float) -> str:
        """A layer's norm, in a form that the runtime does not recognize and so does not fuse."""
        centred = self.node("Sub", given, self.node("ReduceMean", given, integers(-1)))
        variance = self.node("ReduceMean", self.node("Mul", centred, centred), integers(-1))
        deviation = self.node("Sqrt", self.node("Add", variance, np.array(epsilon, np.float32)))
        scaled = self.node("Mul", centred, self.node("Reciprocal", deviation))
        return self.node("Add", self.node("Mul", scaled, weight), bias)

    def model(
        self, floats: Mapping[str, Sequence[Any]], whole: Mapping[str, Sequence[Any]], *results: str
    ) -> Any:
        """The whole. :param floats: inputs and their shapes; *whole* likewise. :param results: its outputs."""
        from onnx import TensorProto, helper

        inputs = [
            helper.make_tensor_value_info(name, kind, shape)
            for kind, given in ((TensorProto.FLOAT, floats), (TensorProto.INT64, whole))
            for name, shape in given.items()
        ]
        outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in results]
        graph = helper.make_graph(self._nodes, "graph", inputs, outputs, self._constants)
        opsets = [helper.make_opsetid("", 18), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=10)

    def _constant(self, value: npt.NDArray[Any]) -> str:
        from onnx import numpy_helper

        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.asarray(value, order="C"), name))
        return name
