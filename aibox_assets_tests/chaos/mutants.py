"""Documents made wrong by chance: flipped, cut off, spliced; also inside of the parts of Office documents."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Mapping
from io import BytesIO

from aibox_assets_tests.domain.parse import documents

_PARTS = (".xml", ".rels")


def mutate(documents_by_name: Mapping[str, bytes], chance: random.Random) -> tuple[str, bytes]:
    """A mutant of one of the documents, under that document's name."""
    name = chance.choice(sorted(documents_by_name))
    data = documents_by_name[name]
    if data.startswith(b"PK") and chance.random() < 0.7:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            part = chance.choice([entry for entry in archive.namelist() if entry.endswith(_PARTS)])
            content = archive.read(part)
        return name, documents.replace_part(data, part, _harm(content, documents_by_name, chance))
    return name, _harm(data, documents_by_name, chance)


def _harm(data: bytes, others: Mapping[str, bytes], chance: random.Random) -> bytes:
    kind = chance.choice(("flip", "cut", "splice", "repeat", "foreign"))
    mutant = bytearray(data)
    place = chance.randrange(len(mutant))
    if kind == "cut":
        return bytes(mutant[:place])
    if kind == "flip":
        for _ in range(chance.choice((1, 4, 32, 256))):
            mutant[chance.randrange(len(mutant))] = chance.randrange(256)
    elif kind == "splice":
        mutant[place : place + chance.randrange(2_000)] = b""
    elif kind == "repeat":
        mutant[place:place] = mutant[place : place + chance.randrange(1, 200)] * chance.choice(
            (2, 100, 2_000)
        )
    else:
        other = others[chance.choice(sorted(others))]
        start = chance.randrange(len(other))
        mutant[place : place + chance.randrange(500)] = other[start : start + chance.randrange(1, 4_000)]
    return bytes(mutant)
