"""Slices of real texts in the encodings that people have: 95 in 100 come back exactly, and none is silently wrong."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import metadata
from pathlib import Path

import pytest
from opencc import OpenCC

from aibox_assets.domain.decode import decode_text
from aibox_assets.domain.parse import ParseLimits, parse_document

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]

SAMPLES = Path(__file__).parents[2] / "samples"
LENGTHS = (12, 40, 150, 600, 3_000)
SLICES = 12
"""Of each text, script and length."""
UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
HAN = re.compile("[\u4e00-\u9fff]")


def texts() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The samples and a Chinese package's own description, Chinese ones in both scripts, with their encodings."""
    found = [
        parse_document(path.read_bytes(), path.name, ParseLimits()).text
        for path in sorted(SAMPLES.rglob("*.*"))
        if path.is_file()
    ]
    found.append(str(metadata("jieba").json.get("description")))
    for text in found:
        if len(HAN.findall(text)) > 0.2 * len(text):
            yield OpenCC("t2s").convert(text), (*UNICODE, "gb18030", "gbk")
            yield OpenCC("s2t").convert(text), (*UNICODE, "big5hkscs", "gb18030")
        else:
            yield text, (*UNICODE, "gb18030", "big5hkscs")


def test_slices_of_real_texts_are_exact_or_flagged() -> None:
    chance = random.Random(16)
    tried: Counter[str] = Counter()
    exact: Counter[str] = Counter()
    silent: list[tuple[str, str]] = []
    for text, encodings in texts():
        for length in LENGTHS:
            for _ in range(SLICES):
                start = chance.randrange(max(1, len(text) - length))
                piece = text[start : start + length].strip()
                for encoding in encodings if piece else ():
                    try:
                        data = piece.encode(encoding)
                    except UnicodeEncodeError:  # a character that this encoding has not
                        continue
                    decoded = decode_text(data)
                    tried[encoding] += 1
                    if decoded is not None and decoded.text == piece:
                        exact[encoding] += 1
                    elif decoded is not None and not decoded.warnings:
                        silent.append((encoding, piece))
    figures = ", ".join(
        f"{encoding} {exact[encoding]}/{count} ({exact[encoding] / count:.1%})"
        for encoding, count in tried.items()
    )
    print(f"\nline 16, exact: {figures}; silently wrong {len(silent)}")
    assert not silent, silent[:5]
    for encoding, count in tried.items():
        assert count >= 300
        assert exact[encoding] >= 0.95 * count, f"{encoding}: {figures}"
