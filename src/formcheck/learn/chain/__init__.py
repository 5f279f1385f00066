"""Landmarks to repetition to class to score as one folder that runs anywhere: what is exported, and what runs it."""
