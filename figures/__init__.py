"""Arithmetic of documents and days, in øre: no records, no database, no HTTP."""
