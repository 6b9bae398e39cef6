"""What the tagger proposes: which relations may be told, what speaks for each, and how sure each is."""
