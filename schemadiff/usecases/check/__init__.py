"""
The merge gate: whether a change may be merged, by the policy of the branch that it is to join.
"""
