"""What manuals of software say is no life, and no founding."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract import Extractor
from aibox_assets_tests.domain.extract.chunks import chunk


@pytest.mark.parametrize(
    ("text", "relation", "told"),
    [
        ("Jane Wu (2001–2007) maintained the manual.", "DIED_ON", False),
        ("Jane Wu (1901–1987) was a painter.", "DIED_ON", True),
        ("由 glibc 源代码创建了 Debian 的头文件。", "FOUNDED", False),
        ("伊恩·默多克创立了 Debian。", "FOUNDED", True),
    ],
)
def test_manuals(offline: Extractor, text: str, relation: str, told: bool) -> None:
    (found,) = offline.extract([chunk(text)])
    assert (relation in {each.relation for each in found.triples}) is told
