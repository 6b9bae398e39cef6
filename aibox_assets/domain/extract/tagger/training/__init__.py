"""How a tagger is trained: sets of texts, their variation, the network's losses, and figures before and after."""
