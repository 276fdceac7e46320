"""The core: what the numbers mean. Lake tables in, a checked cube out; knows neither collectors nor dashboard."""
