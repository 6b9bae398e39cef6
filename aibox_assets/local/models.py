"""Which models a home uses: chosen at its first start, written down, obeyed by every process."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aibox_assets.domain.embed import BUILT_IN, describe_model
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.local import control
from aibox_assets.local.home import Home
from aibox_assets.settings import Settings

HUB_EMBEDDING: Final = "intfloat/multilingual-e5-small"
HUB_EXTRACTOR: Final = "urchade/gliner_multi-v2.1"
OFFLINE_EXTRACTOR: Final = "offline"
HUB_SECONDS: Final = 4.0

_FILES: Final = ["*.json", "*.txt", "*.model", "*.safetensors", "*.bin", "1_Pooling/*", "2_Dense/*"]
_OTHER_FORMATS: Final = ["onnx/*", "openvino/*", "*.h5", "*.msgpack", "*.ot"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The models of a home."""

    embedding: str
    extractor: str


def choose_models(home_path: Path) -> Iterator[str]:
    """Choose and write down what is not chosen yet; yields lines that say what was chosen and what it means.

    :raises ConfigurationError: a model that was set cannot be had.
    """
    home = Home(home_path)
    home.create()
    settings = Settings(**{"AIBOX_HOME": home_path})  # type: ignore[arg-type]  # by alias
    remembered = home.remembered() if home.file.exists() else {}
    if "AIBOX_EMBEDDING_MODEL" not in remembered:
        name = settings.embedding_model
        if name is None:
            name = HUB_EMBEDDING if _is_reachable(HUB_EMBEDDING) else BUILT_IN
        obtain_embedding(name)
        home.remember(AIBOX_EMBEDDING_MODEL=name)
        yield f"Embedding model: {name}. {explain_embedding(name)}"
    if "AIBOX_EXTRACTOR" not in remembered:
        extractor = settings.extractor
        if extractor is None:
            extractor = HUB_EXTRACTOR if _is_reachable(HUB_EXTRACTOR) else OFFLINE_EXTRACTOR
        obtain_extractor(extractor)
        home.remember(AIBOX_EXTRACTOR=extractor)
        yield f"Extractor: {extractor}. {explain_extractor(extractor)}"


def explain_embedding(name: str) -> str:
    """What a choice of embedding model means for people."""
    if name == BUILT_IN:
        return (
            "It knows English only: Chinese text is found by its words, not by its meaning. Where the hub can be "
            f"reached, 'aibox models use {HUB_EMBEDDING} --reembed' changes that."
        )
    return "Texts are found by meaning in the languages that it was trained on."


def explain_extractor(name: str) -> str:
    """What a choice of extractor means for people."""
    if name == OFFLINE_EXTRACTOR:
        return (
            "It finds the entity types it was made for, in English and Chinese; a new entity type in the "
            f"ontology needs GLiNER: 'aibox models extractor {HUB_EXTRACTOR}'."
        )
    return "It finds every entity type of the ontology, also new ones."


def obtain_embedding(name: str) -> None:
    """Have the model on disk, downloaded with a progress bar where it is one of the hub.

    :raises ConfigurationError: it cannot be had, or is no embedding model.
    """
    if name != BUILT_IN and not Path(name).expanduser().is_dir():
        _download(name)
    describe_model(name)


def obtain_extractor(name: str) -> None:
    """Have the extractor on disk.

    :raises ConfigurationError: it cannot be had.
    """
    if name != OFFLINE_EXTRACTOR and not Path(name).expanduser().is_dir():
        _download(name)


def restart_workers(home_path: Path) -> int:
    """End the workers of a running home; the supervisor starts them again, with the models now written down."""
    ended = 0
    for service in control.status(home_path):
        if service.name.startswith("worker-") and service.pid is not None and service.state != "stopped":
            os.kill(service.pid, signal.SIGTERM)
            ended += 1
    return ended


def _is_reachable(name: str) -> bool:
    """Whether the hub answers for a model within seconds. HF_ENDPOINT and HF_HUB_OFFLINE are obeyed."""
    import httpx
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        return False
    try:
        answer = httpx.get(
            f"{constants.ENDPOINT}/api/models/{name}", timeout=HUB_SECONDS, follow_redirects=True
        )
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.OK


def _download(name: str) -> None:
    from huggingface_hub import snapshot_download

    try:
        snapshot_download(name, allow_patterns=_FILES, ignore_patterns=_OTHER_FORMATS)
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise ConfigurationError(
            f"The model {name} cannot be downloaded: {reason}",
            "Check the name and the network (HF_ENDPOINT, HF_HUB_OFFLINE), or give the folder of a model.",
        ) from error
