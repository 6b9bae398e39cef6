"""``aibox doctor``: what is wrong with an installation, and the command that mends it.

A check is a small function that looks at one thing and says what it found (``findings.py``); each module has those of
one subject, and ``examine.py`` asks all of them at once. Checks change nothing.
"""
