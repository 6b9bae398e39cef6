"""Which names stand: those of tagger and rules joined, their limits mended, one type for each."""
