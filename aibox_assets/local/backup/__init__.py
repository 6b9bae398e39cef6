"""``aibox backup`` and ``aibox restore``: all of an installation as it was at one moment, in one file.

``create.py`` and ``restore.py`` are the two ways. ``moment.py`` holds writers for the moment that is kept,
``tables.py`` copies Postgres, ``documents.py`` files and Parquet, ``stores/graph_transfer.py`` the graph.
``archive.py`` is the file, and ``serving.py`` runs the servers of a home that is down.
"""
