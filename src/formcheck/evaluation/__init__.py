"""The tables of the documentation, each printed by one command."""
