"""Which names are one thing. Pure functions: the same names and texts give the same answer in any order.

Two ways, kept apart. Two keys with one *form* (``forms.py``) are one thing wherever they stand: ``George W. Bush`` and
``George W Bush``. What only a document can tell (``document.py``: short names, acronyms, names that it pairs itself)
holds in that document alone. Where several things fit a name, none is taken: a wrong merge is worse than a missed one.
"""

from aibox_assets.domain.resolve.document import resolve_document
from aibox_assets.domain.resolve.forms import country_keys, form_of, form_of_key, is_adjective
from aibox_assets.domain.resolve.records import Join, Name
from aibox_assets.domain.resolve.things import Link, cluster

__all__ = [
    "Join",
    "Link",
    "Name",
    "cluster",
    "country_keys",
    "form_of",
    "form_of_key",
    "is_adjective",
    "resolve_document",
]
