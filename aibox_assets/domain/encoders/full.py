"""Full precision (fp32), by sentence-transformers on torch."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt


class FullEncoder:
    """The model as it was published.

    :param folder: of a sentence-transformers model.
    :param max_tokens: of one input; longer ones are cut.
    :param threads: torch's, for the whole process.
    """

    def __init__(self, folder: Path, *, max_tokens: int, threads: int) -> None:
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads)
        with _quiet_loading():
            self._encoder: Any = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        self._encoder.max_seq_length = max_tokens
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """L2-normalized vectors of *texts*, all in one batch: shape ``(len(texts), dimension)``."""
        # A question may come from another thread between two batches; a tokenizer serves one at a time.
        with self._lock:
            encoded = self._encoder.encode(
                list(texts),
                batch_size=len(texts),
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return np.asarray(encoded, dtype=np.float32)


@contextmanager
def _quiet_loading() -> Iterator[None]:
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
