"""A stand-in for Fiken's API v2 and OAuth pages, for tests, demos and trying things
out. Never part of production.
"""
