from odoo.tests import BaseCase, tagged

from ...fiken_api import client, files


@tagged("standard", "at_install")
class TestFiles(BaseCase):
    """File names are the key of attachments: plain, and never twice the same."""

    def test_names_are_plain(self):
        names = {
            "Faktura 12 (kopi).pdf": "Faktura_12_kopi-7.pdf",
            "Kjøp på Ærø åpent.PDF": "Kjop_pa_Aero_apent-7.pdf",
            "INV/2026/00001": "INV_2026_00001-7.pdf",
            "請求書.pdf": "file-7.pdf",
            "../../etc/passwd": "etc_passwd-7.pdf",
            "": "file-7.pdf",
            None: "file-7.pdf",
            "a.b.c.pdf": "a.b.c-7.pdf",
        }
        for name, clean in names.items():
            self.assertEqual(files.clean_name(name, "application/pdf", 7), clean)

    def test_ending_is_that_of_the_content(self):
        endings = [files.clean_name("a.heic", kind, 1) for kind in files.ENDINGS]
        self.assertEqual(endings, ["a-1.pdf", "a-1.png", "a-1.jpg", "a-1.gif"])

    def test_long_names_keep_their_key(self):
        name = files.clean_name("x" * 300 + ".pdf", "application/pdf", 123)
        self.assertEqual(len(name), files.STEM_LIMIT + len("-123.pdf"))
        self.assertTrue(name.endswith("-123.pdf"))

    def test_log_never_holds_the_content(self):
        upload = {"filename": (None, "a.pdf"), "file": ("a.pdf", b"%PDF-secret")}
        self.assertEqual(
            client._files_text(upload), '{"filename": "a.pdf", "bytes": 11}'
        )
