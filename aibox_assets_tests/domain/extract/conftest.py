"""Extractors are loaded once per session: loading takes seconds, reading a sentence milliseconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from aibox_assets.domain.extract import Extractor, load_extractor
from aibox_assets.domain.ontology import Ontology, load_ontology


@pytest.fixture(scope="session")
def ontology() -> Ontology:
    return load_ontology(None)


@pytest.fixture(scope="session")
def offline(ontology: Ontology) -> Extractor:
    return load_extractor("offline", ontology, threads=1)


@pytest.fixture(scope="session")
def small_gliner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from aibox_assets_tests.tools.build_small_gliner import build

    return build(tmp_path_factory.mktemp("gliner"))
