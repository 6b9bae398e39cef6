"""Whom 前者 and 后者 mean in Chinese."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract.relate.chinese.formers import formers_meant
from aibox_assets_tests.domain.extract.names_zh import marked


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("[o:远山]与[o:云帆]同给[o:青川]代工，前者在杭州，后者在台北。", ["远山", "云帆"]),
        ("[o:远山]收购了[o:云帆]，后者总部在杭州。", ["云帆"]),
        ("[p:何思源]与[p:白露]办了[o:远山]，后者任总裁。", ["白露"]),
        ("[p:何思源]收购了[o:云帆]，后者总部在杭州。", ["云帆"]),
        ("[p:何思源]收购了[o:云帆]，前者总部在杭州。", []),
        ("[o:远山]收购了[o:云帆]，市场看好后者。", []),
    ],
)
def test_formers(text: str, meant: list[str]) -> None:
    plain, names = marked(text)
    kinds = {"person": "Person", "organization": "Organization"}
    assert [each.name for _, each in formers_meant(plain, (0, len(plain)), names, kinds)] == meant
