"""The tokens of a text as an encoder in int8 reads them: by the model's own ``tokenizer.json``, or by sentencepiece."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from tokenizers import Encoding, Tokenizer, normalizers
from tokenizers.normalizers import BertNormalizer, Lowercase, Normalizer

from aibox_assets.domain.encoders.pieces import Pieces

BEGIN: Final = "<s>"
END: Final = "</s>"


class Tokens(Protocol):
    """What an encoder asks of its tokenizer; from any thread.

    :ivar max_tokens: of one input, special tokens included.
    """

    max_tokens: int

    def inputs(self, texts: Sequence[str]) -> list[list[int]]:
        """Of each text the tokens that the model reads: with special ones, and no more than it has room for."""
        ...

    def size(self, text: str) -> int:
        """Tokens of a whole input, special ones included, however many."""
        ...

    def starts(self, text: str) -> list[int]:
        """Where in *text* each of its tokens begins."""
        ...


class FileTokens:
    """Those of the ``tokenizer.json`` in *folder*, as sentence-transformers reads them."""

    def __init__(self, folder: Path, max_tokens: int) -> None:
        self.max_tokens = max_tokens
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        if not tells_case(folder):
            self._tokenizer.normalizer = _lowercase(self._tokenizer.normalizer)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_tokens)

    def inputs(self, texts: Sequence[str]) -> list[list[int]]:
        """As :class:`Tokens` says."""
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]

    def size(self, text: str) -> int:
        """As :class:`Tokens` says."""
        return len(self.starts(text)) + self._tokenizer.num_special_tokens_to_add(is_pair=False)

    def starts(self, text: str) -> list[int]:
        """As :class:`Tokens` says."""
        return token_starts(self._tokenizer.encode(text, add_special_tokens=False))


class PieceTokens:
    """XLM-R's by sentencepiece: 230 MB less in every process that has the encoder.

    Of 9,000 texts of the benchmarks five had one word cut at other places, ``????????``: as likely, and as many pieces.
    """

    def __init__(self, pieces: Pieces, max_tokens: int) -> None:
        self.max_tokens = max_tokens
        self._pieces, self._room = pieces, max_tokens - 2
        self._begin, self._end = pieces.id_of(BEGIN), pieces.id_of(END)

    def inputs(self, texts: Sequence[str]) -> list[list[int]]:
        """As :class:`Tokens` says."""
        return [[self._begin, *self._pieces.ids(text)[: self._room], self._end] for text in texts]

    def size(self, text: str) -> int:
        """As :class:`Tokens` says."""
        return self._pieces.count(text) + 2

    def starts(self, text: str) -> list[int]:
        """As :class:`Tokens` says."""
        return [start for start, _ in self._pieces.places(text)[1]]


def tells_case(folder: Path) -> bool:
    """Whether capitals count to the model in *folder*; sentence-transformers asks its settings beside its tokenizer."""
    return not any(
        json.loads((folder / name).read_text(encoding="utf-8")).get("do_lower_case")
        for name in ("tokenizer_config.json", "sentence_bert_config.json")
        if (folder / name).is_file()
    )


def _lowercase(normalizer: Normalizer | None) -> Normalizer:
    if isinstance(normalizer, BertNormalizer):
        normalizer.lowercase = True
        return normalizer
    return Lowercase() if normalizer is None else normalizers.Sequence([Lowercase(), normalizer])


def token_starts(encoding: Encoding) -> list[int]:
    """Where its tokens begin, also those that were cut off."""
    return [start for each in (encoding, *encoding.overflowing) for start, _ in each.offsets]
