"""Stage 2, RE: which mentions the text relates, in the text's own words.

A room for each language; what both write alike stands here. Rules of two kinds live in each: those that read any
words between two names, which are typed by the ontology's phrases afterwards, and those for one subject, which know
their relation.
"""
