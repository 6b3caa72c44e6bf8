"""
The commands, in the order of the help.
"""

COMMANDS = {
    "diff": "Compare two versions, files, folders or revisions (the default command).",
    "check": "Check a change of contracts before it is merged (the gate).",
    "comment": "Keep one pull-request comment up to date with a saved report.",
    "render": "Write a saved report in another format.",
    "lint": "Report risky patterns in single schemas.",
    "replay": "Send recorded messages to the worker that runs today.",
    "record": "Add real messages to the fixtures, exact, deduplicated, redacted.",
    "generate": "Write instances of a schema, boundaries first.",
    "contains": "Decide whether every instance of one schema is one of another.",
    "graph": "Show who works with whom, and until when.",
    "can-deploy": "Decide whether a release may run beside what runs.",
    "rollout": "Plan in which order to deploy, each step proved safe.",
    "retire": "Decide whether a version may be retired, or who still needs it.",
    "downgrade": "Turn a payload into one of the version before.",
    "checklist": "Print the release checklist, each item checked or left to a person.",
    "files": "Account for every file: what is guarded, and what is passed by.",
    "init": "Set a repository up: manifest, fixtures, workflow, hook.",
    "rules": "List the rules.",
    "explain": "Print the page of one rule.",
    "schema": "Print the JSON Schema of the JSON output.",
}
"""Every command with its line of help, in the order in which they are listed."""
