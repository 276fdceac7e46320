"""Login with a real OpenID Connect provider: npm's oidc-provider, in a process of its own."""
