"""formcheck: watches somebody exercise, and says what to do better."""
