"""A second opinion on what a search found: a cross-encoder reads question and passage together.

It sees what vectors of each alone cannot, and takes some ten milliseconds for a passage, so that it reads the best of a
search alone. Source: Nogueira, Cho, Passage Re-ranking with BERT, 2019.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from aibox_assets.domain.errors import ConfigurationError, first_line
from aibox_assets.domain.hub import (
    CHECKPOINT_FILES,
    find_snapshot,
    parse_model,
    refuse_code,
    require_safetensors,
)

READ: Final = 24
"""Passages of a search that are read."""
_CHARS: Final = 4000
"""Of a passage; a chunk has fewer as a rule, and a model reads 512 tokens."""
_BATCH: Final = 8


def find_reranker(spec: str) -> Path:
    """The files of a cross-encoder: a folder, or a hub model in the local cache, ``NAME`` or ``NAME@COMMIT``.

    :raises ConfigurationError: they are not here, the weights are pickled, or it wants to run code of its own.
    """
    folder = Path(spec).expanduser()
    if not folder.is_dir():
        model = parse_model(spec)
        folder = find_snapshot(model.name, model.commit, CHECKPOINT_FILES)
    require_safetensors(spec, folder)
    refuse_code(spec, folder / "config.json")
    return folder


class Reranker:
    """A cross-encoder with one output, loaded; for any number of threads, one at a time.

    :raises ConfigurationError: it is none, or is not here.
    """

    def __init__(self, spec: str, *, threads: int) -> None:
        folder = find_reranker(spec)
        import torch
        from sentence_transformers import CrossEncoder

        from aibox_assets.domain.encoders.full import quiet_loading

        torch.set_num_threads(threads)
        try:
            with quiet_loading():
                self._model: Any = CrossEncoder(
                    str(folder),
                    device="cpu",
                    local_files_only=True,
                    trust_remote_code=False,
                    model_kwargs={"use_safetensors": True},
                )
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
            raise ConfigurationError(
                f"The re-ranker in {folder} cannot be loaded: {first_line(error)}.",
                "Name another cross-encoder in AIBOX_RERANKER, or unset it.",
            ) from error
        outputs = int(self._model.config.num_labels)
        if outputs != 1:
            raise ConfigurationError(
                f"{spec} is no re-ranker: it has {outputs} outputs instead of one.",
                "Name a cross-encoder for ranking in AIBOX_RERANKER, or unset it.",
            )
        self._sigmoid = torch.nn.Sigmoid()
        self._lock = threading.Lock()

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        """How well each passage answers, 0 to 1, in their order."""
        if not passages:
            return []
        pairs = [(question, passage[:_CHARS]) for passage in passages]
        with self._lock:
            found = self._model.predict(
                pairs, batch_size=_BATCH, activation_fn=self._sigmoid, show_progress_bar=False
            )
        return [float(each) for each in found]
