"""
One file a command.
"""
