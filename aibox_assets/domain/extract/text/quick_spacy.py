"""spaCy's networks that see words in context (``tok2vec``), by ONNX Runtime: the same numbers up to rounding, in two
fifths of the time that thinc takes for them on numpy.

The vectors of a word's features stay thinc's. From there each text is computed alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np

from aibox_assets.domain.encoders.kept import keep_once, kept_folder
from aibox_assets.domain.encoders.onnx_graph import Floats, Graph, integers

# Raised when the same model gives another graph.
_LAYOUT: Final = 1
_EPSILON: Final = 1e-8  # of thinc's norms
_FEATURES: Final = 3  # the first layers of what embeds words: features, their hashes, their vectors


def quicken(nlp: Any, threads: int) -> None:
    """Have ONNX Runtime compute the words' networks of the pipeline *nlp*.

    :raises ConfigurationError: their graphs cannot be kept.
    """
    from onnxruntime import InferenceSession, SessionOptions

    networks = {
        name: node
        for name, pipe in nlp.pipeline
        for node in pipe.model.walk()
        if node.has_ref("embed") and node.has_ref("encode")
    }
    tools = version("onnxruntime").replace(".", "_")
    model = f"{nlp.meta['name']}-{nlp.meta['version']}-{'-'.join(networks)}".replace(".", "_")
    kept = kept_folder("models") / f"{model}-{_LAYOUT}-{tools}"

    def make(draft: Path) -> None:
        for name, network in networks.items():
            _write_graph(network, draft / f"{name}.onnx")

    keep_once(kept, make, "spaCy's networks")
    options = SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3  # errors
    options.enable_cpu_mem_arena = False  # it never gives back what the longest text took
    for name, network in networks.items():
        session = InferenceSession(str(kept / f"{name}.onnx"), options, providers=["CPUExecutionProvider"])
        _replace(nlp.get_pipe(name), network, session)


def _replace(pipe: Any, network: Any, session: Any) -> None:
    from thinc.api import Model

    features = network.get_ref("embed").layers[:_FEATURES]
    width = {"nO": network.get_dim("nO")}
    quick: Any = Model("quick_tok2vec", partial(_read, session), layers=features, dims=width)
    if pipe.model is network:
        pipe.model = quick
    else:
        pipe.model.replace_node(network, quick)


def _read(session: Any, model: Any, documents: Sequence[Any], is_train: bool) -> tuple[list[Floats], None]:
    """The states of the words of each of *documents*; thinc's form of a forward pass."""
    rows: Any = documents
    for layer in model.layers:
        rows = layer.predict(rows)
    ends = np.cumsum(rows.lengths)[:-1]
    return [session.run(None, {"rows": each})[0] for each in np.split(rows.dataXd, ends)], None


def _write_graph(network: Any, file: Path) -> None:
    """Input: ``rows`` of the words' features, side by side, ``(words, features)``. Output: states of the words."""
    import onnx

    graph = Graph()
    maxouts, norms = (
        [each for each in network.walk() if each.name == kind] for kind in ("maxout", "layernorm")
    )
    states = _maxout(graph, "rows", maxouts[0], norms[0])
    # Each layer sees one word on either side, and thinc puts as many empty rows around a text as there are layers.
    layers = len(maxouts) - 1
    states = graph.node("Pad", states, np.array([layers, 0, layers, 0]))
    for maxout, norm in zip(maxouts[1:], norms[1:], strict=True):
        padded = graph.node("Pad", states, np.array([1, 0, 1, 0]))
        before = graph.node("Slice", padded, integers(0), integers(-2), integers(0))
        behind = graph.node("Slice", padded, integers(2), integers(np.iinfo(np.int64).max), integers(0))
        near = graph.node("Concat", before, states, behind, axis=-1)
        states = graph.node("Add", states, _maxout(graph, near, maxout, norm))
    states = graph.node("Slice", states, integers(layers), integers(-layers), integers(0))
    onnx.save(graph.model({"rows": ["words", maxouts[0].get_dim("nI")]}, {}, states), file)


def _maxout(graph: Graph, given: str, maxout: Any, norm: Any) -> str:
    """The largest of several linear layers, number by number, and its norm."""
    weight, bias = (
        maxout.get_param("W"),
        maxout.get_param("b"),
    )  # (outputs, pieces, inputs), (outputs, pieces)
    _, pieces, inputs = weight.shape
    # Piece by piece, so that the largest is that of whole rows.
    rows = graph.matrix(given, weight.transpose(1, 0, 2).reshape(-1, inputs), bias.T.reshape(-1))
    parts = graph.node("Split", rows, axis=-1, num_outputs=pieces, results=pieces).split()
    return graph.norm(graph.node("Max", *parts), norm.get_param("G"), norm.get_param("b"), _EPSILON)
