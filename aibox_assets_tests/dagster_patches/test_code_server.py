"""Run workers are forked from a process with all imports done; what is patched is still there upstream."""

from __future__ import annotations

import importlib.util
import multiprocessing

import pytest

from aibox_assets.dagster_patches import code_server


def test_who_asks_for_a_spawned_process_gets_a_forked_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multiprocessing, "get_context", multiprocessing.get_context)  # put back at the end
    code_server.use_fork_server()
    assert multiprocessing.get_context("spawn").get_start_method() == "forkserver"
    assert multiprocessing.get_context("fork").get_start_method() == "fork"


def test_what_is_imported_before_the_fork_exists() -> None:
    assert all(importlib.util.find_spec(name) for name in code_server._PRELOAD)
