"""The Grafana board and the alert rules: Prometheus' grammar takes them, and what they name is exported."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from aibox_assets_tests.api.conftest import (  # noqa: F401
    Client,
    api,
    inbox,
    people,
    platform,
    settings,
    signed_in,
)
from aibox_assets_tests.stores.work_files import finish, new_lifecycle

DOCKER = Path(__file__).parents[2] / "docker"
BOARD: dict[str, Any] = json.loads((DOCKER / "grafana" / "aibox.json").read_text(encoding="utf-8"))
RULES: dict[str, Any] = yaml.safe_load((DOCKER / "prometheus" / "aibox-alerts.yml").read_text("utf-8"))
ALERTS: list[dict[str, Any]] = [rule for group in RULES["groups"] for rule in group["rules"]]


def expressions() -> Iterator[str]:
    for panel in BOARD["panels"]:
        yield from (target["expr"] for target in panel["targets"])
    yield from (rule["expr"] for rule in ALERTS)


def selectors(text: str) -> list[tuple[str, dict[str, str]]]:
    """Name and plain label values of each series that an expression asks for."""
    promql_parser.parse(text)
    found = re.findall(r"\b(aibox_\w+)(?:\{([^}]*)\})?", text)
    return [(name, dict(re.findall(r'(\w+)="([^"]*)"', labels))) for name, labels in found]


@pytest.mark.parametrize("expression", list(expressions()))
def test_each_expression_is_promql(expression: str) -> None:
    promql_parser.parse(expression)


@pytest.mark.integration
def test_everything_they_name_is_exported(engine: Any, signed_in: Client, api: str) -> None:  # noqa: F811
    lifecycle = new_lifecycle(engine, "done")
    finish(lifecycle, "done")
    ada = signed_in("ada")
    ada.get("/auth/me")
    text = ada.get(f"{api}/metrics").text
    exported: dict[str, list[dict[str, str]]] = {}
    announced: set[str] = set()
    for family in text_string_to_metric_families(text):
        announced |= {family.name, f"{family.name}_total"}
        for sample in family.samples:
            exported.setdefault(sample.name, []).append(sample.labels)
    page = (DOCKER.parent / "docs" / "operations.md").read_text(encoding="utf-8")
    ours = {
        name for name in announced if name.startswith("aibox_") and not name.endswith(("_total", "_created"))
    }
    assert {name for name in ours if f"`{name}`" not in page} == set()
    for expression in expressions():
        for name, wanted in selectors(expression):
            # Counters of what has not happened yet are announced without a sample.
            assert name in exported or name in announced, name
            for label, value in wanted.items():
                if samples := exported.get(name):
                    assert all(label in labels for labels in samples), (name, label)
                    if label in ("state", "outcome"):
                        assert any(labels[label] == value for labels in samples), (name, value)


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: str(rule["alert"]))
def test_each_alert_says_what_to_do(rule: dict[str, Any]) -> None:
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert re.fullmatch(r"Aibox[A-Za-z]+", rule["alert"])
    assert re.fullmatch(r"\d+[smh]", rule.get("for", "1m"))
    assert rule["labels"]["severity"] in ("warning", "critical")
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["remedy"].startswith(("aibox ", "aibox"))


def test_the_board_has_a_source_and_no_two_panels_in_one_place() -> None:
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in BOARD["panels"]]
    assert len(set(places)) == len(places)
    assert {panel["datasource"]["uid"] for panel in BOARD["panels"]} == {"${source}"}
    assert [variable["name"] for variable in BOARD["templating"]["list"]] == ["source"]


def test_prometheus_reads_its_key_from_a_file_and_knows_the_rules() -> None:
    config = yaml.safe_load((DOCKER / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
    assert config["rule_files"] == ["aibox-alerts.yml"]
    (scrape,) = config["scrape_configs"]
    assert scrape["metrics_path"] == "/metrics"
    assert set(scrape["authorization"]) == {"type", "credentials_file"}
