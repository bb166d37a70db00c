"""The port: who may keep a connection, and for how long. serve.py alone uses it."""
