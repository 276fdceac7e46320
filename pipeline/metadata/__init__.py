"""Who and where as of a date: what people register about projects, sites, institutions and accounts."""
