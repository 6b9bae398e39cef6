"""Extraction of a knowledge graph from chunks, in three stages: NER, RE, RT. Importing it loads no model."""

from aibox_assets.domain.extract.extractor import Extractor, load_extractor
from aibox_assets.domain.extract.names import entity_key

__all__ = ["Extractor", "entity_key", "load_extractor"]
