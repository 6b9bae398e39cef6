"""Full precision (fp32): by ONNX Runtime where a model is of BERT's kind, else by sentence-transformers on torch."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from aibox_assets.domain.encoders.bert import find_bert
from aibox_assets.domain.encoders.graph_encoder import GraphEncoder
from aibox_assets.domain.encoders.kept import keep_once, kept_folder
from aibox_assets.domain.encoders.mapped import share_weights
from aibox_assets.domain.encoders.tokens import Tokens
from aibox_assets.domain.hub import WEIGHTS

_GRAPH: Final = "encoder.onnx"
# Raised when the same weights give another graph.
_LAYOUT: Final = 2
# Texts that go through the model together: more of them pad more, and leave the caches of a core.
UNIT: Final = 4


def load_full(folder: Path, revision: str, tokens: Tokens, *, threads: int) -> GraphEncoder | FullEncoder:
    """The model in *folder* as it was published.

    As a graph of our own a model of BERT's kind gives the same vectors (to a millionth) in a quarter to a half of the
    time, and needs no torch. The graph, with the weights of the layers, is kept beside the hub's cache.

    :param revision: of its weights.
    :raises ConfigurationError: the graph cannot be kept.
    """
    if (bert := find_bert(folder)) is None:
        return FullEncoder(folder, tokens, threads=threads)
    name = f"{revision}-{_LAYOUT}-{version('onnxruntime').replace('.', '_')}"
    kept = kept_folder("full") / name
    keep_once(kept, lambda draft: bert.write(draft / _GRAPH, int8=False), "An encoder's graph")
    return GraphEncoder(kept / _GRAPH, folder, tokens, threads=threads)


class FullEncoder:
    """Any model of sentence-transformers, on torch.

    Each thread encodes texts of its own on one core. Torch's own threads would share every single operation
    and wait for each other after it, which costs a third of the time where other processes use the cores, too.

    :param folder: of a sentence-transformers model.
    :param threads: units of texts that are encoded at the same time.
    :ivar tokens: how it reads a text; longer ones than it has room for are cut.
    :ivar model: the sentence-transformers model itself.
    """

    def __init__(self, folder: Path, tokens: Tokens, *, threads: int) -> None:
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(1)
        with quiet_loading():
            self.model: Any = SentenceTransformer(
                str(folder),
                device="cpu",
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
            )
        self.model.eval()
        share_weights(self.model[0].auto_model, folder / WEIGHTS)
        self.model.max_seq_length = tokens.max_tokens
        self.tokens = tokens
        self._inference_mode = torch.inference_mode
        self._tokenizing = threading.Lock()
        self._pool = ThreadPoolExecutor(threads, "encode") if threads > 1 else None

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """L2-normalized vectors of *texts*, shape ``(len(texts), dimension)``."""
        units = [list(texts[start : start + UNIT]) for start in range(0, len(texts), UNIT)]
        run = self._pool.map if self._pool is not None and len(units) > 1 else map
        vectors = np.concatenate(list(run(self._encode_unit, units)))
        normalized: npt.NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return normalized

    def _encode_unit(self, texts: list[str]) -> npt.NDArray[np.float32]:
        with self._tokenizing:  # a tokenizer serves one at a time
            features = self.model.preprocess(texts)
        with self._inference_mode():
            embedded = self.model(features)["sentence_embedding"]
        return np.asarray(embedded.float().numpy(), dtype=np.float32)


@contextmanager
def quiet_loading() -> Iterator[None]:
    """No "Loading weights", no report of weights that an encoder leaves unused; a download shows its bar again."""
    from transformers.utils import logging

    shown, verbosity = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers is untyped in parts
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if shown:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]
