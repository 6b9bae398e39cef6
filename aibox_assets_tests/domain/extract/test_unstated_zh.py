"""What Chinese sentences say is untrue, was voted down or called off."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract.text.unstated import is_denied
from aibox_assets.domain.extract.type_relations import TypedRelation
from aibox_assets.domain.models import Relation
from aibox_assets_tests.domain.extract.names_zh import marked


@pytest.mark.parametrize(
    ("text", "relation", "denied"),
    [
        ("不少人以为[o:远山电池]总部在[l:杭州]。", "HEADQUARTERED_IN", True),
        ("[o:远山电池]以技术为本，总部在[l:杭州]。", "HEADQUARTERED_IN", False),
        ("董事会否决了[p:何思源]出任[o:远山电池]总裁的议案。", "LEADS", True),
        ("[o:远山電池]的母公司是[o:雲帆]，這種說法早已過時。", "SUBSIDIARY_OF", True),
        ("[p:何思源]在[l:杭州]去世的消息不实。", "DIED_IN", True),
        ("[p:何思源]在[l:杭州]去世的消息传来。", "DIED_IN", False),
        ("[o:远山电池]总裁[p:何思源]离职的传闻不实。", "LEADS", False),
        ("原定在[l:杭州]召开的[o:远山论坛]已被取消。", "HELD_IN", True),
        ("原定在[l:杭州]召开的[o:远山论坛]如期开幕。", "HELD_IN", False),
    ],
)
def test_is_denied(text: str, relation: str, denied: bool) -> None:
    plain, (head, tail) = marked(text)
    said = Relation(head, tail, "", head.char_start, tail.char_end, 0.9)
    assert is_denied(plain, TypedRelation(head, tail, relation, said)) is denied
