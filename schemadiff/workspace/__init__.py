"""
Where a command runs: its folder, settings, contracts, and what the words for schemas stand for.
"""
