"""
Replay of recorded messages through a worker, compared with the verdicts of the schemas.
"""
