"""English RE.

========================= ==============================================================================================
Any words between names   ``by_tree`` (along spaCy's tree; ``paths``, ``tree``), ``beside`` (names next to each other)
What is done to whom      ``deeds`` (by the tree), with what surely ``happened``; ``cues`` are the ontology's words for
                          it; ``acts`` (by what stands between)
People                    ``roles`` (``role_limits``, ``titles``, ``ranks``), ``posts`` that they hold, their ``quotes``
When                      ``life_dates`` of people and organizations, ``dated`` works and firms, ``occurred`` events
Organizations and places  ``frames`` between names, ``founded``, ``within`` (by their names), ``regions``
Products and works        ``made`` and ``things`` (by the tree), ``products`` (by what stands between), ``works``
Words that mean a name    people: ``whom``; organizations: ``topic`` (by clauses), ``bodies`` (by the tree),
                          ``anaphors`` (for ``by_tree``)
Names as marks            ``masks`` (a mark for each character), ``marked`` (one for each name), so that a pattern can
                          ask for "an organization"; ``frame`` is what stands between two names; ``said``: whether
                          what a pattern found is stated
Words and patterns        ``lexicon_*``
========================= ==============================================================================================
"""
