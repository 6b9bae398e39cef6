"""One module per way to bring the same texts to the same chunks, vectors and triples."""
