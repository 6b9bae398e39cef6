"""The HTTP API: one address for programs, over the services and with the rights of whoever calls.

Belongs here: routes, the shape of answers and problems, who called. Does not: rules (``services/``) and queries
(``stores/``).
"""
