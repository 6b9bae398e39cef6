"""Full precision (fp32), by sentence-transformers on torch."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from aibox_assets.domain.encoders.mapped import share_weights
from aibox_assets.domain.encoders.tokens import token_starts
from aibox_assets.domain.hub import WEIGHTS

# Texts that go through the model together: more of them pad more, and leave the caches of a core.
UNIT: Final = 4


class FullEncoder:
    """The model as it was published.

    Each thread encodes texts of its own on one core. Torch's own threads would share every single operation
    and wait for each other after it, which costs a third of the time where other processes use the cores, too.

    :param folder: of a sentence-transformers model.
    :param max_tokens: of one input; longer ones are cut.
    :param threads: units of texts that are encoded at the same time.
    :ivar model: the sentence-transformers model itself.
    """

    def __init__(self, folder: Path, *, max_tokens: int, threads: int) -> None:
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
        self.model.max_seq_length = max_tokens
        self._special = int(self.model.tokenizer.backend_tokenizer.num_special_tokens_to_add(is_pair=False))
        self._inference_mode = torch.inference_mode
        self._tokenizing = threading.Lock()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="encode") if threads > 1 else None

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """L2-normalized vectors of *texts*, shape ``(len(texts), dimension)``."""
        units = [list(texts[start : start + UNIT]) for start in range(0, len(texts), UNIT)]
        run = self._pool.map if self._pool is not None and len(units) > 1 else map
        vectors = np.concatenate(list(run(self._encode_unit, units)))
        normalized: npt.NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return normalized

    def size(self, text: str) -> int:
        """Tokens of a whole input, special ones included, however many."""
        return len(self.starts(text)) + self._special

    def starts(self, text: str) -> list[int]:
        """Where in *text* each of its tokens begins."""
        with self._tokenizing:
            return token_starts(self.model.tokenizer.backend_tokenizer.encode(text, add_special_tokens=False))

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
