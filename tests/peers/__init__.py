"""Real servers that are not ours: how they are fetched, started and replayed for the tests."""
