"""What a file's job and link keep as their part is read as it was written."""

from odoo.tests import BaseCase

from ...models.documents.part import FilePart


class TestFilePart(BaseCase):
    def test_a_file_names_the_object_that_it_is_attached_to(self):
        for part, text in (
            (FilePart("purchase", "12"), "purchase/12"),
            (FilePart("sale_draft", "12", "345"), "sale_draft/12/345"),
        ):
            self.assertEqual(str(part), text)
            self.assertEqual(FilePart.parse(text), part)
