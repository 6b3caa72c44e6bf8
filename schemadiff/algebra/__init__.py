"""
Sets to compute with: characters, numbers, texts. No JSON Schema here.
"""
