"""What the doctor says of each graph server, well and broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from aibox_assets.local.doctor import graph
from aibox_assets.local.doctor.findings import Case, NotAskedError
from aibox_assets.local.embedded import running_graph
from aibox_assets.stores.graph_records import GraphAddress
from aibox_assets_tests.local.doctor.conftest import MakeCase, found, only
from aibox_assets_tests.stores.graph_servers import ask

pytestmark = pytest.mark.integration


def case_of(make_case: MakeCase, address: GraphAddress, **other: str) -> Case:
    values = {
        "NEO4J_URI": address.uri,
        "NEO4J_USER": address.user,
        "NEO4J_PASSWORD": address.password,
        "NEO4J_DATABASE": address.database,
    }
    return make_case(**{**values, **other})


def test_a_good_one_and_nothing_stays_of_what_is_tried(
    make_case: MakeCase, graph_address: GraphAddress
) -> None:
    case = case_of(make_case, graph_address)
    assert only(graph.answers, case).state == "ok"
    finding = only(graph.lets_us_write, case)
    assert (finding.state, graph_address.user in finding.said) == ("ok", True)
    assert ask(graph_address, "MATCH (n:AIBoxProbe) RETURN n") == []


def test_a_user_who_may_only_read(make_case: MakeCase, tmp_path: Path) -> None:
    with running_graph(tmp_path / "graph") as address:
        case = case_of(make_case, address.reader())
        assert only(graph.answers, case).state == "ok"
        finding = only(graph.lets_us_write, case)
    assert finding.state == "problem"
    assert "may not write" in finding.said
    assert "GRANT ROLE" in finding.remedy


def test_away_wrong_or_unknown(make_case: MakeCase, graph_address: GraphAddress) -> None:
    assert only(graph.answers, make_case()).state == "warning"
    away = only(graph.answers, case_of(make_case, graph_address, NEO4J_URI="bolt://127.0.0.1:1"))
    assert (away.state, "NEO4J_URI" in away.remedy) == ("problem", True)
    wrong = case_of(make_case, graph_address, NEO4J_PASSWORD="wrong")
    finding = only(graph.answers, wrong)
    assert (finding.state, "NEO4J_PASSWORD" in finding.remedy) == ("problem", True)
    with pytest.raises(NotAskedError):
        found(graph.lets_us_write, wrong)
    unknown = only(graph.answers, case_of(make_case, graph_address, NEO4J_DATABASE="nowhere"))
    assert unknown.state == "problem"
