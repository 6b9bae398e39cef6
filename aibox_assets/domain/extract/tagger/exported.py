"""The int8 form of a tagger on disk: made once per machine, kept beside the hub's cache (``HF_HOME``)."""

from __future__ import annotations

import logging
from importlib.metadata import version
from pathlib import Path
from typing import Final

from aibox_assets.domain.encoders.kept import keep_once, kept_folder
from aibox_assets.domain.extract.tagger.artifact import Artifact
from aibox_assets.domain.extract.tagger.graph import write_graph, write_pairs_graph, write_relations_graph

# Raised when the same weights give another graph.
_LAYOUT: Final = 4

_log = logging.getLogger(__name__)


def exported_tagger(artifact: Artifact, encoder: Path) -> Path:
    """The folder with the int8 form of *artifact* on *encoder*; made where it is not there, in a second.

    :raises ConfigurationError: it cannot be kept.
    """
    # Without dots: what follows the last one would be taken for a suffix.
    tools = version("onnxruntime").replace(".", "_")
    name = f"tagger-{artifact.weights_digest}-{artifact.layers}-{_LAYOUT}-{encoder.name[-16:]}-{tools}"
    kept = kept_folder("int8") / name

    def make(draft: Path) -> None:
        _log.info("Making the int8 form of the tagger, once.")
        write_graph(artifact, encoder, draft)
        write_pairs_graph(artifact, draft)
        write_relations_graph(artifact, draft)

    keep_once(kept, make, "The int8 form of the tagger")
    return kept
