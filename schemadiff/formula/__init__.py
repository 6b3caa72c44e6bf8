"""
What a schema means: boolean combinations of typed constraints, closed under negation.
"""
