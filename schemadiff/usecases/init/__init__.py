"""
Setting a repository up: manifest, fixtures, contract tests, workflows and hook.
"""
