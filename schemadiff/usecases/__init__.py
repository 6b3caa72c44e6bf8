"""
What each command does: one module or folder a command, from a workspace and options to a result.
"""
