"""The data assets of a file: chunks, embeddings, kg_triples, and the checks on each."""
