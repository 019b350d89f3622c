"""What jobs and links of a day keep as their part is read as it was written."""

from odoo.tests import BaseCase

from ...models.settlement.part import (
    ACCOUNT,
    FEE,
    MEANS,
    PaymentPart,
    SalePart,
    SourceKey,
)


class TestParts(BaseCase):
    def test_the_first_sale_has_no_part_and_the_others_count_from_two(self):
        for index, text in enumerate(("", "2", "3")):
            self.assertEqual(str(SalePart(index)), text)
            self.assertEqual(SalePart.parse(text), SalePart(index))

    def test_a_payment_names_its_sale_and_its_source(self):
        for part, text in (
            (PaymentPart(SalePart(), "m5"), "1:m5"),
            (PaymentPart(SalePart(1), "a120"), "2:a120"),
        ):
            self.assertEqual(str(part), text)
            self.assertEqual(PaymentPart.parse(text), part)

    def test_a_source_is_a_means_a_fee_or_an_account(self):
        for key, text in (
            (SourceKey(MEANS, 5), "m5"),
            (SourceKey(FEE, 5), "f5"),
            (SourceKey(ACCOUNT, 120), "a120"),
        ):
            self.assertEqual(str(key), text)
            self.assertEqual(SourceKey.parse(text), key)
