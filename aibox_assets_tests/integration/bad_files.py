"""Files that no good comes of, each with what its error must say."""

from __future__ import annotations

import io
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path

from aibox_assets_tests.integration.real_home import SAMPLES, RealHome

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8
HOSTILE_NAME = "evil\nname\u202egpj.txt"


@dataclass(frozen=True, slots=True)
class BadFile:
    """A path in the inbox and a word that its error must have."""

    path: str
    says: str


def drop_bad_files(home: RealHome, folder: str, encrypted_pdf: bytes) -> list[BadFile]:
    """Put ten bad files into the inbox."""
    place = home.inbox / folder
    place.mkdir(parents=True, exist_ok=True)
    whole = next(SAMPLES.glob("*.pdf")).read_bytes()
    home.drop("empty.txt", b"", folder)
    home.drop("locked.pdf", encrypted_pdf, folder)
    home.drop("bomb.docx", _zip_bomb(), folder)
    home.drop("picture.pdf", PNG, folder)
    home.drop("nuls.txt", b"\0" * 4096, folder)
    home.drop(HOSTILE_NAME, "The name of this one cannot be shown.", folder)
    home.drop("cut.pdf", whole[: len(whole) // 3], folder)
    home.drop("secret.txt", "Nobody may read this.", folder)
    (place / "secret.txt").chmod(0)
    _zeros(place / "zeros.bin", 10**9)
    (place / "link.txt").symlink_to(Path(os.devnull).parent.parent / "etc" / "hostname")
    return [
        BadFile(f"{folder}/empty.txt", "empty"),
        BadFile(f"{folder}/locked.pdf", "password"),
        BadFile(f"{folder}/bomb.docx", "limit"),
        BadFile(f"{folder}/picture.pdf", "picture.pdf"),
        BadFile(f"{folder}/nuls.txt", "nuls.txt"),
        BadFile(f"{folder}/{HOSTILE_NAME}", "control characters"),
        BadFile(f"{folder}/cut.pdf", "cut.pdf"),
        BadFile(f"{folder}/secret.txt", "permission"),
        BadFile(f"{folder}/zeros.bin", "MiB"),
        BadFile(f"{folder}/link.txt", "link"),
    ]


def _zip_bomb() -> bytes:
    """A DOCX whose text would be 3 GiB."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w", force_zip64=True) as entry:
            part = b" " * 2**24
            for _ in range(192):
                entry.write(part)
    return packed.getvalue()


def _zeros(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.truncate(size)
