"""The console: one web page for people, over the services and with the rights of whoever signed in.

Belongs here: pages, their texts in three languages, how values are shown. Does not: rules (``services/``).
"""
