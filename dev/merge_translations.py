"""Takes a fresh .pot into i18n/, keeping what nb.po has translated."""

import sys
from pathlib import Path

import polib

I18N = Path(__file__).resolve().parent.parent / "i18n"


def main(fresh):
    pot = polib.pofile(fresh)
    for header in ("POT-Creation-Date", "PO-Revision-Date"):
        pot.metadata.pop(header, None)
    pot.sort(key=lambda entry: entry.msgid)
    pot.save(str(I18N / "fiken_connector.pot"))
    path = I18N / "nb.po"
    po = polib.pofile(str(path)) if path.exists() else polib.POFile()
    if not path.exists():
        po.metadata = {**pot.metadata, "Language": "nb"}
    known = {entry.msgid: entry.msgstr for entry in po if not entry.obsolete}
    merged = polib.POFile()
    merged.metadata = po.metadata
    for entry in pot:
        entry.msgstr = known.get(entry.msgid, "")
        merged.append(entry)
    merged.save(str(path))
    missing = len(merged.untranslated_entries())
    sys.stdout.write(f"{len(merged)} texts, {missing} to translate in i18n/nb.po\n")


if __name__ == "__main__":
    main(sys.argv[1])
