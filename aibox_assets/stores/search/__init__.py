"""Search over chunks and vectors: ``scope.py`` says which may answer, ``by_vector.py`` and ``by_word.py`` find
candidates, ``store.py`` scores them, ``passages.py`` reads what stands around one."""

from aibox_assets.stores.search.by_word import QUERY_CHARS
from aibox_assets.stores.search.passages import PassageStore
from aibox_assets.stores.search.records import Hit
from aibox_assets.stores.search.store import SearchStore

__all__ = ["QUERY_CHARS", "Hit", "PassageStore", "SearchStore"]
