"""
The version-support graph and its queries: which releases share versions, what may be deployed or retired, and when.

Everything is computed from a catalog, containment verdicts and replay results; the only clock is the day of the
query.
"""
