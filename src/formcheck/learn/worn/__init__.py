"""Naming exercises from inertial sensors on wrists and ankles."""
