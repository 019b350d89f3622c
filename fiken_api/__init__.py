"""Fiken's API v2 in plain Python: no Odoo in here, and nothing of our models."""
