"""
The client's side of the worker protocol: frames, processes and HTTP.
"""
