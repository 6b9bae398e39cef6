"""Whole numbers of eight bits (int8), by ONNX Runtime."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt


class Int8Encoder:
    """A model in the form that :mod:`aibox_assets.domain.encoders.export` writes.

    Each text is encoded alone: the scale of its activations is then its own, so that its vector does not
    depend on its neighbours in a batch (cosine 0.987 where it does), and nothing is padded. *threads* texts
    are encoded at the same time, each on one core.

    :raises onnxruntime exceptions: *file* is broken; see :func:`aibox_assets.domain.encoders.exported.load`.
    """

    def __init__(self, file: Path, tokenizer: Path, *, max_tokens: int, threads: int) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3  # errors
        self._session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_tokens)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="int8") if threads > 1 else None

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """L2-normalized vectors of *texts*, shape ``(len(texts), dimension)``."""
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]
        run = self._pool.map if self._pool is not None else map
        vectors = np.concatenate(list(run(self._encode_one, ids)))
        normalized: npt.NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return normalized

    def _encode_one(self, ids: list[int]) -> npt.NDArray[np.float32]:
        vector: npt.NDArray[np.float32] = self._session.run(None, {"input_ids": np.array([ids])})[0]
        return vector
