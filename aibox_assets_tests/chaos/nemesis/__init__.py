"""A random nemesis: clients work with a home while its processes are killed; what they did and saw is then checked.

``documents.py``: files whose text says of which version it is. ``history.py``: what was done and seen, and when.
``clients.py``: who changes files. ``readers.py``: who asks. ``faults.py``: who kills. ``checker.py``: what must hold.
"""
