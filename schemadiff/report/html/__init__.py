"""
The comparison report as one self-contained HTML page, which loads nothing and runs no text of a schema.
"""
