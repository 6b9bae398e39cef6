"""The guard before an Office document is opened: zip bombs end here."""

from __future__ import annotations

import zipfile
from io import BytesIO

from aibox_assets.domain.errors import EncryptedDocumentError, LimitExceededError
from aibox_assets.domain.parse.limits import MIB
from aibox_assets.domain.parse.source import SourceFile

_READ_BYTES = MIB
_PARSED_SUFFIXES = (".xml", ".rels", ".bin", ".vml")


def check_archive(source: SourceFile) -> None:
    """Refuse an archive over its limits, by what it declares and then by what it really unpacks to.

    The parts that parsers read are unpacked once here, in pieces: an entry that declares less than it holds
    fails its checksum before a library without such a check meets it.

    :raises LimitExceededError: too many entries, too many bytes, or too high a ratio.
    :raises EncryptedDocumentError: an entry wants a password.
    :raises zipfile.BadZipFile: an entry is damaged or lies about its size.
    """
    limits = source.limits
    with zipfile.ZipFile(BytesIO(source.data)) as archive:
        entries = archive.infolist()
        if len(entries) > limits.zip_max_entries:
            raise _over(source, f"{len(entries):,} files inside", f"{limits.zip_max_entries:,} files")
        if any(entry.flag_bits & 0x1 for entry in entries):
            raise EncryptedDocumentError(
                f"{source.name} is under a password.", "Save a copy without the password."
            )
        total = sum(entry.file_size for entry in entries)
        if total > limits.zip_max_total_bytes:
            raise _over(
                source, f"{total / MIB:,.0f} MiB unpacked", f"{limits.zip_max_total_bytes / MIB:,.0f} MiB"
            )
        packed = max(1, min(len(source.data), sum(entry.compress_size for entry in entries)))
        if total > limits.zip_ratio_from_bytes and total / packed > limits.zip_max_ratio:
            raise _over(source, f"a compression ratio of {total // packed:,}", f"{limits.zip_max_ratio:,}")
        for entry in entries:
            if entry.filename.lower().endswith(_PARSED_SUFFIXES):
                with archive.open(entry) as stream:
                    while stream.read(_READ_BYTES):
                        pass


def _over(source: SourceFile, found: str, limit: str) -> LimitExceededError:
    return LimitExceededError(
        f"{source.name} has {found}, over the limit of {limit}; it may be a zip bomb.",
        "If it is genuine, split it into several documents.",
    )
