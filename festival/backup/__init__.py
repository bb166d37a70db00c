"""Backups that are known to work: made, verified, kept, listed, locked, restored. Knows no web."""
