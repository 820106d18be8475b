from typing import Any as _Any

__version__ = "0.1.0"


def load_ipython_extension(ipython: _Any) -> None:
    """Bring the magics `%routes`, `%%view` and `%%html2ft`: `%load_ext fasthtml_nb`."""
    from .workshop.magics import register

    register(ipython)
