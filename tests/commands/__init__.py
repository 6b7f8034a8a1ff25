"""What the Makefile calls: the tests' own servers, checks and measurements."""
