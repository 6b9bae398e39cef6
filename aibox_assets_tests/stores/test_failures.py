"""Failures as they are written down."""

from __future__ import annotations

from pathlib import Path

import pytest

from aibox_assets.domain.errors import PermanentError
from aibox_assets.domain.paths import storable
from aibox_assets.stores.documents import read_document
from aibox_assets.stores.failures import describe_error, plain


def test_what_postgres_does_not_take_is_escaped_once() -> None:
    assert plain("caf\udce9\0") == "caf\\udce9"
    assert plain(plain("caf\udce9")) == "caf\\udce9"


def test_a_name_of_other_bytes_is_said_as_it_is_listed(tmp_path: Path) -> None:
    with pytest.raises(PermanentError) as refused:
        read_document(tmp_path, storable("caf\udce9.txt"), 1000)
    reason, _, _ = describe_error(refused.value)
    assert reason == "The name of 'caf\\udce9.txt' has control characters or is not valid UTF-8."
