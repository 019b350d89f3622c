"""HTML pages from templates/."""

from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader

_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


def decimal(number) -> str:
    """5.50 as Norwegians write it: 5,5"""
    return (
        f"{number.normalize():f}".replace(".", ",")
        if hasattr(number, "normalize")
        else str(number)
    )


def page(template: str, status: int = 200, **context) -> HTMLResponse:
    return HTMLResponse(_environment.get_template(template).render(**context), status)
