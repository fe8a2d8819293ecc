"""Sorting bundles: proposing (worker), editing, accepting and undoing (people)."""
