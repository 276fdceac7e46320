"""What `htc-ledger status` tells: gathered once (`gather`), shown to people (`tables`) or to programs (`as_json`)."""
