#!/usr/bin/env python3
"""Fails when the Norwegian translation is not complete."""

import sys
from pathlib import Path

import polib

I18N = Path(__file__).resolve().parent.parent / "i18n"


def problems(pot, po):
    translated = {(e.msgctxt, e.msgid): e for e in po if not e.obsolete}
    for source in pot:
        entry = translated.pop((source.msgctxt, source.msgid), None)
        if entry is None:
            yield "missing", source.msgid
        elif entry.fuzzy:
            yield "fuzzy", source.msgid
        elif not entry.translated():
            yield "untranslated", source.msgid
    for _context, msgid in translated:
        yield "no longer in the template", msgid


def main():
    template = I18N / "fiken_connector.pot"
    translation = I18N / "nb.po"
    if not any(I18N.glob("*.po*")):
        return 0
    for path in (template, translation):
        if not path.is_file():
            sys.stderr.write(f"error: {path} is missing\n")
            return 1
    found = list(problems(polib.pofile(str(template)), polib.pofile(str(translation))))
    for problem, msgid in found:
        sys.stderr.write(f"{translation.name}: {problem}: {msgid!r}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
