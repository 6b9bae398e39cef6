"""Where everything is kept: a noun each, with its statements and nothing of what they are for.

Belongs here: SQL, Cypher, keys of Redis, and the records that go in and come out. Does not: what people do
(``services/``), what happens by itself (``automation/``).
"""
