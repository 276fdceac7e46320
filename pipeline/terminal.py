"""Text of strangers on a terminal: shown, never obeyed."""


def visible(text: str) -> str:
    """The text with control and direction characters as escapes: they are seen, and move no cursor."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in text)
