"""Photographs a running demo: ``dev/screenshots`` starts it and calls this."""

import argparse
import io
import signal
import sys
from pathlib import Path

from demo_flow import Fiken, Odoo
from PIL import Image

from .browser import WIDE, Browser, NotSeen
from .pages import PICTURES
from .scene import Scene

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs" / "images"
LANGUAGES = {"en": "en_US", "nb": "nb_NO"}
QUALITY = 50
# Odoo's app page takes no WebP: {picture: its name there}
APP_PAGE = ROOT / "static" / "description"
ON_APP_PAGE = {"invoice": "invoice", "setup-check": "check", "day": "settlement"}
APP_PAGE_WIDTH, APP_PAGE_COLOURS = 1280, 64


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--odoo", required=True)
    parser.add_argument("--db", required=True)
    parser.add_argument("--sandbox", required=True)
    parser.add_argument("--into", type=Path, default=DOCS)
    parser.add_argument("--lang", choices=LANGUAGES, nargs="*", default=list(LANGUAGES))
    parser.add_argument("--ready", action="store_true", help="the scene is set already")
    parser.add_argument("names", nargs="*", help="only these pictures")
    chosen = parser.parse_args()
    unknown = set(chosen.names) - {one.name for one in PICTURES}
    if unknown:
        parser.error(f"there is no picture {', '.join(sorted(unknown))}")
    scene = Scene(Odoo(chosen.odoo, chosen.db), Fiken(chosen.sandbox))
    if not chosen.ready:
        scene.prepare()
    scene.look_up()
    wanted = [one for one in PICTURES if not chosen.names or one.name in chosen.names]
    wrong = 0
    for lang in chosen.lang:
        for login in dict.fromkeys(one.of for one in wanted):
            with scene.looked_at_by(login, LANGUAGES[lang]) as session:
                wrong += take_all(
                    session,
                    scene,
                    [one for one in wanted if one.of == login],
                    chosen.into / lang,
                )
    say(f"{wrong or 'no'} pages are wrong.")
    return 1 if wrong else 0


def take_all(session, scene, pictures, folder):
    browser = Browser(session)
    try:
        return sum(take(browser, scene, picture, folder) for picture in pictures)
    finally:
        browser.close()


def take(browser, scene, picture, folder):
    """A picture at both widths; one line of each.

    :return: how many pages are wrong
    """
    wrong = 0
    for width in picture.widths:
        where = folder if width == WIDE else folder / "phone"
        browser.errors.clear()
        browser.resize(width)
        problems = []
        path = where / f"{picture.name}.webp"
        try:
            show(browser, scene, picture)
            png = browser.picture()
            keep(png, path)
            if where == DOCS / "en" and picture.name in ON_APP_PAGE:
                keep_for_app_page(png, APP_PAGE / f"{ON_APP_PAGE[picture.name]}.png")
        except NotSeen as problem:
            problems.append(f"not seen: {problem}")
        problems += browser.errors
        outside = browser.outside()
        if outside:
            problems.append(f"outside the page: {', '.join(outside)}")
        size = path.stat().st_size / 1024 if path.exists() else 0
        say(f"{path.relative_to(folder.parent)}  {size:.0f} kB")
        for problem in problems:
            say(f"    {problem}")
        wrong += bool(problems)
    return wrong


def show(browser, scene, picture):
    browser.go(picture.path.format(**scene.ids), picture.sees)
    for pressed in picture.presses:
        browser.presses(pressed)
    browser.sees(picture.then or picture.sees)


def keep(png, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image.save(path, "WEBP", quality=QUALITY, method=6)


def keep_for_app_page(png, path):
    image = Image.open(io.BytesIO(png)).convert("RGB")
    height = round(image.height * APP_PAGE_WIDTH / image.width)
    image = image.resize((APP_PAGE_WIDTH, height), Image.Resampling.LANCZOS)
    image.quantize(APP_PAGE_COLOURS).save(path, optimize=True)


def say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    # Whoever is stopped closes the browser first.
    signal.signal(signal.SIGTERM, lambda *_event: sys.exit(143))
    sys.exit(main())
