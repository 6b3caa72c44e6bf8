"""
Budgets, deep recursion, processes and garbage collection: all that touches the interpreter.
"""
