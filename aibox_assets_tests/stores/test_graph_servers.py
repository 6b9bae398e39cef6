from __future__ import annotations

from pathlib import Path

import pytest

from aibox_assets_tests.stores.graph_servers import NEO4J, graph_servers, running_neo4j


def test_tests_of_neo4j_fail_and_do_not_vanish_in_ci(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NEO4J, raising=False)
    monkeypatch.delenv("CI", raising=False)
    assert graph_servers() == ["embedded"]
    monkeypatch.setenv("CI", "true")
    assert graph_servers() == ["embedded", "neo4j"]
    with pytest.raises(pytest.fail.Exception, match=NEO4J), running_neo4j(tmp_path):
        pass
