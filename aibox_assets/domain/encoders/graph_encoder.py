"""Encoders by ONNX Runtime: in whole numbers of eight bits (int8), or in full precision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from aibox_assets.domain.encoders.bert import WORDS
from aibox_assets.domain.encoders.mapped import map_tensor
from aibox_assets.domain.encoders.tokens import Tokens
from aibox_assets.domain.hub import WEIGHTS

UNIT_TOKENS: Final = 256
"""Tokens of short texts that go through a graph together: more would not be faster, and leave the caches of a core."""


class GraphEncoder:
    """A model as a graph that :mod:`~aibox_assets.domain.encoders.bert` or
    :mod:`~aibox_assets.domain.encoders.export` wrote.

    In full precision short texts of as many tokens go through it together: the weights are read once for all of them.
    In int8 each text goes alone, so that the scale of its activations is its own, and its vector does not depend on its
    neighbours in a batch (cosine 0.987 where it does). Nothing is padded. *threads* units are encoded at the same time,
    each on one core. Of the words' embeddings only the rows that a text needs are read, from the file of the model
    itself.

    :param file: the graph.
    :param folder: of the model that it was exported from.
    :ivar tokens: how it reads a text.
    :raises onnxruntime exceptions: *file* is broken; see :meth:`.exported.ExportedModel.load`.
    """

    def __init__(self, file: Path, folder: Path, tokens: Tokens, *, threads: int) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3  # errors
        options.enable_cpu_mem_arena = False  # it never gives back what the longest text took
        self._session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        self._takes_many = len(self._session.get_inputs()[0].shape) == 3
        name = self._session.get_modelmeta().custom_metadata_map[WORDS]
        self._words = map_tensor(folder / WEIGHTS, name)
        self.tokens = tokens
        self._pool = ThreadPoolExecutor(threads, "encode") if threads > 1 else None

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """L2-normalized vectors of *texts*, shape ``(len(texts), dimension)``."""
        inputs = self.tokens.inputs(texts)
        units = list(self._units(inputs))
        run = self._pool.map if self._pool is not None and len(units) > 1 else map
        made = np.concatenate(list(run(self._encode_unit, ([inputs[i] for i in unit] for unit in units))))
        vectors = np.empty_like(made)
        vectors[np.concatenate(units)] = made / np.linalg.norm(made, axis=1, keepdims=True)
        return vectors

    def _units(self, inputs: Sequence[Sequence[int]]) -> Iterator[list[int]]:
        """The places of what goes through the graph together, the longest first."""
        by_size: dict[int, list[int]] = {}
        for place, ids in enumerate(inputs):
            by_size.setdefault(len(ids), []).append(place)
        for size, places in sorted(by_size.items(), reverse=True):
            most = max(1, UNIT_TOKENS // size) if self._takes_many else 1
            yield from (places[start : start + most] for start in range(0, len(places), most))

    def _encode_unit(self, inputs: list[list[int]]) -> npt.NDArray[np.float32]:
        rows = self._words[inputs if self._takes_many else inputs[0]].astype(np.float32)
        vectors: npt.NDArray[np.float32] = self._session.run(None, {"rows": rows})[0]
        return vectors
