"""Sets Laojiefang up and starts it. Standard library only: nothing else is installed yet when this runs."""

from launch.commands import main

__all__ = ["main"]
