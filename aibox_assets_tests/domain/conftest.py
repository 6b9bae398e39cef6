"""Which tests there are: those of a second encoder only where AIBOX_TEST_MODELS names a folder of models."""

from __future__ import annotations

import os

MODELS = os.environ.get("AIBOX_TEST_MODELS")
collect_ignore = [] if MODELS else ["test_embed_chinese.py"]


def pytest_report_collectionfinish() -> str:
    """Say which encoders were tested."""
    return "encoders: built-in" + (", bge-small-zh-v1.5" if MODELS else " (AIBOX_TEST_MODELS is not set)")
