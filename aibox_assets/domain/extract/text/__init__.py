"""How a text is read before anybody looks for names: lines, scripts, words, grammar, what it denies or dates."""
