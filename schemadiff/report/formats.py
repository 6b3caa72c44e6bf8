"""
The words that the command line offers before anything is rendered; tests hold them against what there is.
"""

FORMATS = ("terminal", "markdown", "json", "sarif", "junit", "github", "html")
"""The names of the reporters, the default first."""

FAIL_LEVELS = ("breaking", "warning", "undecided", "any", "never")
"""What ``--fail-on`` knows: at which findings a command fails."""
