"""Messages to people: mail over SMTP, and what was sent to whom, kept in the lake."""
