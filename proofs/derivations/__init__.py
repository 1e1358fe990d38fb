"""Derivations that people can read."""
