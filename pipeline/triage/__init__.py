"""What went wrong: a failure's message and codes in; its class, whose it is, and its signature out."""
