"""Stage 1, NER: the named entities of a text, as mentions with types of the ontology."""
