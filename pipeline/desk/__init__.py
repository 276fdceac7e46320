"""What people say of findings: acknowledged, muted, noted, each with an author and an end."""
