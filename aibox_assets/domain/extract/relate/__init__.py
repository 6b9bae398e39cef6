"""Stage 2, RE: which mentions the text relates, in the text's own words; nothing is typed yet."""
