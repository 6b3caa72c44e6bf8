"""
What the producer sends. Each message is held against its contract, and becomes a fixture for the consumer's tests.

Add a test for each kind of message that your producer builds:

    def test_the_nightly_job(record_message):
        record_message("job_request", "v1", nightly_job())
"""

import pytest
