"""Which tests run one after the other in one pytest worker, and what begins first.

Whole homes mostly wait, so they run beside the other tests, and begin first because they take longest. Each group
below needs a large server that exists once: the session's home, a home of the tests' own, Neo4j. Everything else
stays together by module.
"""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

HOMES = "aibox_assets_tests/integration/"
OWN_HOMES = (f"{HOMES}test_home_on_neo4j.py", f"{HOMES}test_model_switch.py")
ON_BOTH_GRAPHS = "aibox_assets_tests/local/backup/test_restore.py"
GROUPS = ("homes", "own homes", "neo4j")


def group_of(nodeid: str) -> str:
    """The group of a test, or its module."""
    if nodeid.startswith(OWN_HOMES):
        return "own homes"
    if nodeid.startswith(HOMES):
        return "homes"
    if "[neo4j" in nodeid or nodeid.startswith(ON_BOTH_GRAPHS):
        return "neo4j"
    return nodeid.partition("::")[0]


class GroupScheduling(LoadScopeScheduling):
    """Groups in the order of collection, each whole to one worker."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> GroupScheduling | None:
    """Ours in place of ``--dist loadscope``."""
    return GroupScheduling(config, log) if config.getvalue("dist") == "loadscope" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The groups first; then what starts servers, so that the quick tests fill what is left at the end."""

    def rank(item: pytest.Item) -> int:
        group = group_of(item.nodeid)
        if group in GROUPS:
            return GROUPS.index(group)
        served = {"postgres_url", "redis_url", "graph_address"} & set(getattr(item, "fixturenames", ()))
        return len(GROUPS) + (not served)

    items.sort(key=rank)
