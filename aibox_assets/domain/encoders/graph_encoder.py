"""Encoders by ONNX Runtime: in whole numbers of eight bits (int8), or in full precision."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt

from aibox_assets.domain.encoders.bert import WORDS
from aibox_assets.domain.encoders.mapped import map_tensor
from aibox_assets.domain.encoders.tokens import Tokens
from aibox_assets.domain.hub import WEIGHTS


class GraphEncoder:
    """A model as a graph that :mod:`~aibox_assets.domain.encoders.bert` or
    :mod:`~aibox_assets.domain.encoders.export` wrote.

    Each text is encoded alone: nothing is padded, and in int8 the scale of its activations is its own, so that its
    vector does not depend on its neighbours in a batch (cosine 0.987 where it does). *threads* texts
    are encoded at the same time, each on one core. Of the words' embeddings only the rows that a text needs are
    read, from the file of the model itself.

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
        name = self._session.get_modelmeta().custom_metadata_map[WORDS]
        self._words = map_tensor(folder / WEIGHTS, name)
        self.tokens = tokens
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="encode") if threads > 1 else None

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """L2-normalized vectors of *texts*, shape ``(len(texts), dimension)``."""
        run = self._pool.map if self._pool is not None else map
        vectors = np.concatenate(list(run(self._encode_one, self.tokens.inputs(texts))))
        normalized: npt.NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return normalized

    def _encode_one(self, ids: list[int]) -> npt.NDArray[np.float32]:
        rows = self._words[ids].astype(np.float32)
        vector: npt.NDArray[np.float32] = self._session.run(None, {"rows": rows})[0]
        return vector
