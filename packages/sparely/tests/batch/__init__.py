"""Tests of `sparely.batch`."""
