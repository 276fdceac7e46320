"""Who asks, where there is a login: OpenID Connect, a reverse proxy's headers, tokens of programs."""
