"""/metrics: the pool's usage, how far the data can be trusted and how the server does, for Prometheus.

A ledger restates: a late record changes days that are over, so that no sum of it only grows. What it says of usage are
gauges of whole days; counters are of the server alone. Names are `htc_ledger_`, what is measured, and its unit.
"""

from dashboard.metrics.page import router
from dashboard.metrics.requests import CountedRequests, NotedRoute, Requests

__all__ = ["CountedRequests", "NotedRoute", "Requests", "router"]
