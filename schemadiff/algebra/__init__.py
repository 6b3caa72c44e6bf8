"""
Computable sets of characters, numbers and strings, independent of JSON Schema.
"""
