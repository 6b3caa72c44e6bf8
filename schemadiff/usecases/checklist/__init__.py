"""
The release checklist: the items of the manifest, each checked with evidence, failed, or left to a person.
"""
