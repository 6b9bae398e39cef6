from __future__ import annotations

from aibox_assets.stores.graph_records import GraphAddress


def test_the_password_is_not_shown() -> None:
    assert "secret" not in repr(GraphAddress("bolt://h:1", "u", "secret"))
