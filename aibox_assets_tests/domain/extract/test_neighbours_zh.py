"""Which places lie beside which, in Chinese."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract.relate.chinese.neighbours import read_neighbours
from aibox_assets_tests.domain.extract.names_zh import marked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[l:柴桑镇]西濒[l:赤水河]，北邻[l:青川乡]，东连[l:远山乡]。", {"赤水河", "青川乡", "远山乡"}),
        ("[l:柴桑国]北与[l:青川国]、[l:远山国]接壤，东接[l:白露国]。", {"青川国", "远山国", "白露国"}),
        ("[l:柴桑镇]与[l:青川国][l:远山乡]隔河相望。", {"远山乡"}),
        ("[l:柴桑镇]与[l:青川乡]签了约。", set()),
        ("[l:柴桑镇]北邻[l:青川国]大使馆。", set()),
        ("[l:柴桑镇]并不与[l:青川乡]接壤。", set()),
    ],
)
def test_neighbours(text: str, expected: set[str]) -> None:
    plain, names = marked(text)
    told = list(read_neighbours(plain, names, "Location"))
    assert {each.tail.name for _, each in told} == expected
    assert all(each.head.name.startswith("柴桑") for _, each in told)
