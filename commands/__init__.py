"""Commands beside a running server, one file each: ``add_to`` gives start.py its sub-command."""
