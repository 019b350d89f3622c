"""HTML pages from templates/."""

from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader

from .money import kroner

_environment = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
_environment.filters["kroner"] = kroner
_environment.filters["decimal"] = lambda number: f"{float(number):g}".replace(".", ",")


def page(template: str, status: int = 200, **context) -> HTMLResponse:
    return HTMLResponse(_environment.get_template(template).render(**context), status)
