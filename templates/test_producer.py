"""
What the producer sends. Each message is held against its contract, and becomes a fixture for the consumer's tests.

Add a test for each kind of message that your producer builds:

    def test_an_order(record_message):
        record_message("order", "v1", order())
"""

import pytest
