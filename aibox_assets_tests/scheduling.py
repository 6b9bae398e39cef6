"""Which tests run one after the other in one pytest worker, and what begins first.

Whole homes mostly wait, so they run beside the other tests, and begin first because they take longest. The tests of
the console and the others of a home each share one, in two workers, so that the end of the run need not wait for all
of them in one. Then come homes of the tests' own, and Neo4j, which is started once. Everything else stays together by
module.
"""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

HOMES = "aibox_assets_tests/integration/"
CONSOLE = (f"{HOMES}test_api_examples.py", f"{HOMES}test_console")
OWN_HOMES = tuple(f"{HOMES}test_{name}.py" for name in ("two_machines", "home_on_neo4j", "model_switch"))
"""In this order: the last two share a home, which begins only after the others have ended."""
ON_BOTH_GRAPHS = "aibox_assets_tests/local/backup/test_restore.py"
GROUPS = ("homes", "console", "own homes", "neo4j")


def group_of(nodeid: str) -> str:
    """The group of a test, or its module."""
    if nodeid.startswith(OWN_HOMES):
        return "own homes"
    if nodeid.startswith(CONSOLE):
        return "console"
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

    def rank(item: pytest.Item) -> tuple[int, int]:
        group = group_of(item.nodeid)
        if group in GROUPS:
            own = [place for place, path in enumerate(OWN_HOMES) if item.nodeid.startswith(path)]
            return GROUPS.index(group), sum(own)
        served = {"postgres_url", "redis_url", "graph_address"} & set(getattr(item, "fixturenames", ()))
        return len(GROUPS), not served

    items.sort(key=rank)
