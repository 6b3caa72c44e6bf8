"""
Speaking with a worker: frames, processes and HTTP.
"""
