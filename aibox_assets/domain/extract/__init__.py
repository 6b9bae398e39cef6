"""Extraction of a knowledge graph from chunks, in three stages: NER, RE, RT. Importing it loads no model.

:mod:`extractor` loads the one that is configured: :mod:`offline` (a tagger and rules), :mod:`gliner` or :mod:`llm`.
What each finds :mod:`type_relations` brings to the ontology, and :mod:`assemble` to the file's offsets. Rooms, in the
order in which the offline extractor goes through them:

- :mod:`text`: lines, scripts, words and grammar, and what a text denies or dates;
- :mod:`recognize` and :mod:`tagger`: names by rules, and names and relations by learning; :mod:`naming`: which stand;
- :mod:`relate`: relations by rules, a room for each language, which :mod:`rules` and :mod:`telling` ask;
- :mod:`proposals`: relations by the tagger, weighed; :mod:`places`: what is known of places;
- :mod:`records` reads tables; :mod:`manuals` and :mod:`gainsaid` leave out what does not stand.
"""

from aibox_assets.domain.extract.extractor import Extractor, load_extractor
from aibox_assets.domain.extract.names import entity_key

__all__ = ["Extractor", "entity_key", "load_extractor"]
