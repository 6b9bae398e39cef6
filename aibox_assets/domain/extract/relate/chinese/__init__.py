"""Chinese RE.

========================= ==============================================================================================
Any words between names   ``by_order`` (by the order of Chinese grammar), with ``frames`` that surround a name
What is done to whom      ``deeds``, ``phrases`` (whole ones); ``cues`` are the ontology's words for it
People                    ``roles`` (``titles``, ``holders``), ``posts``, ``kin``, ``life`` (born, lived, founded)
Organizations and places  ``firms``, ``places`` (rows of them: ``place_rows``), ``neighbours``, ``dated``
Works                     ``works`` (behind their titles: ``credits``)
Words that mean a name    ``anaphors`` (他, 该公司), ``formers`` (前者), ``topics`` (no word); ``meant`` (all of a text)
Words and patterns        ``lexicon_*``
========================= ==============================================================================================
"""
