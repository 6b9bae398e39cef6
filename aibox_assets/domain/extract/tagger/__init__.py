"""Names and relations, learned: the first layers of the multilingual encoder with adapters, and two heads."""
