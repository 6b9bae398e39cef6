"""300 bad files and 1,000 mutants through the parser as a worker has it: each is parsed or refused by its type."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from aibox_assets.domain.errors import AIBoxError, LimitExceededError
from aibox_assets_tests.chaos.corpora import fetch_documents
from aibox_assets_tests.chaos.measured_sandbox import MEMORY_MB, TIMEOUT, MeasuredSandbox
from aibox_assets_tests.chaos.mutants import mutate
from aibox_assets_tests.domain.parse import documents

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800)]

SAMPLES = Path(__file__).parents[2] / "samples"
MUTANTS = 1_000
MAX_SECONDS = 20.0
"""Far below the limit of time of one file: nothing here is large."""


def check(sandbox: MeasuredSandbox, data: bytes, name: str) -> None:
    """Parse; whatever comes of it says what a person needs, and can be stored."""
    result = sandbox.parse(data, name)
    if isinstance(result, AIBoxError):
        assert result.permanent, str(result)
        assert name in result.reason
        assert result.remedy
        assert not isinstance(result, LimitExceededError), f"too small for any limit: {result}"
    else:
        assert result.text.strip()
        assert "\x00" not in result.text
        result.text.encode("utf-8")


def test_bad_files() -> None:
    found = fetch_documents()
    assert len(found) >= 300
    with MeasuredSandbox() as sandbox:
        for name, data in found:
            check(sandbox, data, name)
    print(f"\nline 14, bad files: {sandbox.figures()}")
    assert sandbox.longest[0] < MAX_SECONDS
    assert sandbox.waited < TIMEOUT
    assert sandbox.peak_mib < MEMORY_MB
    assert sandbox.outcomes["parsed"] >= 150, "most of the archives' files are honest"


def test_mutants() -> None:
    chance = random.Random(14)
    valid = {
        "a.pdf": documents.make_pdf(["Hello world", "Second page"]),
        "a.docx": documents.make_docx(),
        "a.pptx": documents.make_pptx(),
        "a.xlsx": documents.make_xlsx(),
        "a.eml": documents.make_eml(),
        "b.eml": documents.make_eml(html=True),
        "a.json": b'[{"a": [1, 2, {"b": "c"}]}, {"d": null}]',
        "a.jsonl": b'{"a": 1}\n{"b": [2, 3]}\n' * 20,
        "a.csv": b'Name,Age\nAda,"36"\n' * 50,
        "a.tsv": b"Name\tAge\nAda\t36\n" * 50,
        "a.txt": "Words, and 文字。\n".encode() * 100,
    } | {
        path.name: path.read_bytes() for path in sorted(SAMPLES.rglob("*.*")) if path.stat().st_size < 500_000
    }
    real = [(name, data) for name, data in fetch_documents() if 500 < len(data) < 200_000]
    valid |= dict(chance.sample(real, 60))
    with MeasuredSandbox() as sandbox:
        for _ in range(MUTANTS):
            name, data = mutate(valid, chance)
            check(sandbox, data, name)
    print(f"\nline 14, mutants: {sandbox.figures()}")
    assert sandbox.longest[0] < MAX_SECONDS
    assert sandbox.waited < TIMEOUT
    assert sandbox.peak_mib < MEMORY_MB
    assert len(sandbox.outcomes) >= 4, "mutants that all end alike try one path only"
