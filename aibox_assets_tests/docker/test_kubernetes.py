"""The Kubernetes manifests: valid for the API server, non-root, with probes, and the same commands as compose."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from aibox_assets.settings import SECRETS, Settings
from aibox_assets.workers.queues import QUEUES
from aibox_assets_tests.docker.test_compose import SERVICES

FOLDER = Path(__file__).parents[2] / "docker" / "kubernetes"
KUSTOMIZATION: dict[str, Any] = yaml.safe_load((FOLDER / "kustomization.yaml").read_text(encoding="utf-8"))
OBJECTS: list[dict[str, Any]] = [
    each
    for name in KUSTOMIZATION["resources"]
    for each in yaml.safe_load_all((FOLDER / name).read_text(encoding="utf-8"))
]
KEDA = "keda.sh/v1alpha1"
DEPLOYMENTS = {each["metadata"]["name"]: each for each in OBJECTS if each["kind"] == "Deployment"}
PODS = {
    each["metadata"]["name"]: each["spec"]["template"]["spec"]
    for each in OBJECTS
    if each["kind"] in ("Deployment", "Job")
}


def named(each: dict[str, Any]) -> str:
    return f"{each['kind']}-{each['metadata']['name']}"


@pytest.mark.parametrize("each", [o for o in OBJECTS if o["apiVersion"] != KEDA], ids=named)
def test_the_schema_of_kubernetes_takes_it(each: dict[str, Any]) -> None:
    kubernetes_validate.validate(each, "1.33", strict=True)


def test_every_file_is_in_the_list() -> None:
    listed = {*KUSTOMIZATION["resources"], "kustomization.yaml"}
    assert listed == {path.name for path in FOLDER.iterdir()}
    assert [image["name"] for image in KUSTOMIZATION["images"]] == ["aibox-assets"]
    assert KUSTOMIZATION["images"][0]["newTag"] == SERVICES["api"]["image"].rpartition(":")[2]


@pytest.mark.parametrize("name", PODS)
def test_each_pod_has_no_more_rights_than_it_needs(name: str) -> None:
    pod = PODS[name]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == 1000
    assert pod["automountServiceAccountToken"] is False
    (container,) = pod["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["resources"]["limits"]["memory"]
    assert not any("secretRef" in source or "valueFrom" in source for source in container["envFrom"])
    mounts = {mount["name"]: mount for mount in container["volumeMounts"]}
    assert mounts["secrets"]["mountPath"] == str(SECRETS)
    assert mounts["secrets"]["readOnly"] is True
    assert set(mounts) == {volume["name"] for volume in pod["volumes"]}


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_each_is_started_again_when_it_does_not_answer(name: str) -> None:
    (container,) = PODS[name]["containers"]
    assert container["startupProbe"]
    assert container["livenessProbe"]
    labels = DEPLOYMENTS[name]["spec"]["template"]["metadata"]["labels"]
    assert DEPLOYMENTS[name]["spec"]["selector"]["matchLabels"] == labels


def test_the_api_is_asked_whether_it_lives_and_whether_it_can_work() -> None:
    (container,) = PODS["api"]["containers"]
    assert container["livenessProbe"]["httpGet"]["path"] == "/health/live"
    assert container["readinessProbe"]["httpGet"]["path"] == "/health/ready"
    assert DEPLOYMENTS["api"]["spec"]["replicas"] > 1


def plain(command: list[str]) -> list[str]:
    return [word for word in command if not word.startswith("#")]


@pytest.mark.parametrize("name", PODS)
def test_the_commands_are_those_of_compose(name: str) -> None:
    queues = {f"worker-{queue.replace('_', '-')}": f"worker-{queue}" for queue in QUEUES}
    (container,) = PODS[name]["containers"]
    assert container["command"] == SERVICES[queues.get(name, name)]["command"]


def test_what_is_set_is_known_and_no_secret() -> None:
    (config,) = [each for each in OBJECTS if each["kind"] == "ConfigMap"]
    known = {field.alias for field in Settings.model_fields.values()}
    ours = {name for name in config["data"] if name.startswith(("AIBOX_", "REDIS_", "NEO4J_"))}
    assert ours <= known
    assert not [name for name in config["data"] if re.search("PASSWORD|SECRET|TOKEN$|DATABASE_URL", name)]
    assert not [each for each in OBJECTS if each["kind"] == "Secret"]


def test_only_ours_reach_dagster_which_has_no_login() -> None:
    policies = {each["metadata"]["name"]: each for each in OBJECTS if each["kind"] == "NetworkPolicy"}
    assert set(policies) == {"webserver", "code-server"}
    services = [each for each in OBJECTS if each["kind"] == "Service"]
    assert all(each["spec"].get("type", "ClusterIP") == "ClusterIP" for each in services)


@pytest.mark.parametrize("queue", QUEUES)
def test_workers_are_scaled_by_what_waits_for_them(queue: str) -> None:
    name = f"worker-{queue.replace('_', '-')}"
    scaled = next(o for o in OBJECTS if o["kind"] == "ScaledObject" and o["metadata"]["name"] == name)
    assert scaled["apiVersion"] == KEDA
    spec = scaled["spec"]
    assert spec["scaleTargetRef"] == {"name": name}
    assert "replicas" not in DEPLOYMENTS[name]["spec"]  # KEDA's to say
    assert 1 <= spec["minReplicaCount"] <= spec["maxReplicaCount"]
    (trigger,) = spec["triggers"]
    assert trigger["type"] == "metrics-api"
    assert trigger["metadata"]["valueLocation"] == f'aibox_queue_steps{{queue="{queue}"}}'
    assert trigger["metadata"]["format"] == "prometheus"
    assert trigger["metadata"]["authMode"] == "bearer"
    (login,) = [each for each in OBJECTS if each["kind"] == "TriggerAuthentication"]
    assert trigger["authenticationRef"]["name"] == login["metadata"]["name"]
    assert [each["parameter"] for each in login["spec"]["secretTargetRef"]] == ["token"]
