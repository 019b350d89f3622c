"""Files that Fiken takes as attachments (fiken-api.md §2.3): names, types, size."""

import re
import unicodedata

# MIME type → ending. HEIC, XML and office files are refused by Fiken.
ENDINGS = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
}
# Fiken names no limit; no client that is known sends more (25 MB).
SIZE_LIMIT = 25 * 1024 * 1024
STEM_LIMIT = 80

# What decomposing does not turn into plain letters.
_LETTERS = str.maketrans({"æ": "ae", "Æ": "Ae", "ø": "o", "Ø": "O", "ß": "ss"})


def clean_name(name, mimetype, key):
    """A file name that Fiken takes, and that tells this file from all others.

    Fiken's addresses end in the name, so it is plain ASCII without spaces. Fiken has
    no other place for a key of ours: the name is what a file is found by (§9).

    :param str name: as a person called it
    :param str mimetype: one of ``ENDINGS``
    :param key: a number that no other file of ours has
    :return: e.g. ``Faktura_12-345.pdf``
    """
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name or "").translate(_LETTERS)
    stem = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^A-Za-z0-9_.]+", "_", stem).strip("_.")[:STEM_LIMIT]
    return f"{stem or 'file'}-{key}{ENDINGS[mimetype]}"
