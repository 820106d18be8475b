"""What `dev.py` runs inside the project's environment; no part of the installed package."""
