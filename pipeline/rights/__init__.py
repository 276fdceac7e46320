"""Who may see what: rights that people were given, tokens of programs, and the viewer that follows from them."""
