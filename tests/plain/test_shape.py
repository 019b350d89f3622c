import json

from odoo.tests import BaseCase

from ...fiken_api.shape import parse, sentence_of, shaped


class TestShape(BaseCase):
    """However Fiken writes an answer, further in it has one shape."""

    def test_null_and_empty_text_are_absent(self):
        row = {
            "name": "Kaffebaren AS",
            "email": None,
            "phoneNumber": "",
            "address": {"city": "Bergen", "streetAddressLine2": None},
            "lines": [{"netPrice": 0, "netPriceInCurrency": None}, None],
        }
        self.assertEqual(
            shaped(row),
            {
                "name": "Kaffebaren AS",
                "address": {"city": "Bergen"},
                "lines": [{"netPrice": 0}],
            },
        )

    def test_nought_no_and_nothing_in_a_list_are_values(self):
        row = {"vat": 0, "settled": False, "groups": [], "fee": 0.0, "customer": {}}
        self.assertEqual(shaped(row), row)

    def test_the_original_is_left_alone(self):
        row = {"email": None, "vatType": "high", "lines": [{"vatType": "low"}]}
        before = json.dumps(row)
        shaped(row)
        self.assertEqual(json.dumps(row), before)

    def test_vat_types_and_languages_are_in_capitals(self):
        row = {"vatType": "high", "lines": [{"vatType": "Raw_Fish"}]}
        self.assertEqual(
            shaped(row), {"vatType": "HIGH", "lines": [{"vatType": "RAW_FISH"}]}
        )
        self.assertEqual(shaped({"language": "Norwegian"}), {"language": "NORWEGIAN"})

    def test_names_texts_and_other_words_keep_their_case(self):
        for row in (
            {"slug": "fiken-demo", "vatType": "bi-monthly"},
            {"name": "vatType high", "description": "low"},
            {"kind": "cash_sale", "type": "tax_deduction"},
            {"vatType": 3},
        ):
            self.assertEqual(shaped(row), row)

    def test_attachment_that_is_listed_twice_is_there_once(self):
        first = {"uuid": "a", "filename": "a.pdf", "downloadUrl": "https://x/a.pdf"}
        second = {**first, "uuid": "b"}
        old = {"identifier": "INV-1", "downloadUrl": "https://x/c.pdf"}
        self.assertEqual(shaped([first, first, second, old, old]), [first, second, old])
        again = {**first, "comment": None}
        sale = {"saleId": 1, "saleAttachments": [first, again, second]}
        self.assertEqual(shaped(sale)["saleAttachments"], [first, second])

    def test_two_payments_that_are_alike_are_two(self):
        payment = {"date": "2026-03-01", "account": "1920:10001", "amount": 100}
        self.assertEqual(shaped([payment, payment]), [payment, payment])

    def test_what_a_database_refuses_is_taken_out(self):
        content = b'{"na\\u0000me": "Kaffe\\u0000baren \\ud83d AS", "id": 1}'
        self.assertEqual(parse(content), {"name": "Kaffebaren \ufffd AS", "id": 1})
        self.assertEqual(parse(b'{"name": "\\ud83d\\ude00"}'), {"name": "\U0001f600"})
        self.assertEqual(parse(b'{"name": "\xe6"}'), {"name": "\ufffd"})

    def test_number_that_is_none_is_absent(self):
        for number in ("NaN", "Infinity", "1e999", "9" * 5000):
            self.assertEqual(parse(b'{"amount": %s}' % number.encode()), {})
        self.assertEqual(parse(b'{"id": 9223372036854775807}')["id"], 2**63 - 1)

    def test_nothing_is_nothing(self):
        for content in (b"", b"  \r\n", b"null", b"\xef\xbb\xbf"):
            self.assertIsNone(parse(content), content)

    def test_what_is_no_object_and_no_list_is_no_answer(self):
        for content in (
            b"<html><body>Log in</body></html>",
            b"OK",
            b"12",
            b"true",
            b'"done"',
            b'{"saleId": 1',
            b"[" * 100_000,
            b'{"a":' * 100_000,
        ):
            with self.assertRaises(ValueError, msg=content[:20]):
                parse(content)

    def test_errors_of_either_form_are_one_sentence(self):
        sentences = {
            b'{"message": "dueDate mangler"}': "dueDate mangler",
            b'{"error": "invalid_grant", "error_description": "For sent"}': "For sent",
            b'{"error": "invalid_grant"}': "invalid_grant",
            b'[{"logref": "1", "message": "A."}, {"message": "B."}]': "A. B.",
            b'{"error": {"message": "Inni"}}': "Inni",
            b'{"message": null, "error": "Feil"}': "Feil",
            b'{"message": "a\\u0000b"}': "ab",
            b"Kontonummer mangler": "Kontonummer mangler",
            b"<html><title>502 Bad Gateway</title></html>": "",
            b"": "",
            b"[]": "",
            b"{}": "",
            b'{"message": 12}': "",
        }
        for content, sentence in sentences.items():
            self.assertEqual(sentence_of(content), sentence, content)
