from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ...figures.amounts import Line, fit_vat, grouped
from ...fiken_api import money, vat

AMOUNTS = st.integers(-(10**9), 10**9)
LINES = st.lists(
    st.builds(
        Line,
        st.sampled_from(["3000", "3010", "3030", "3100"]),
        st.sampled_from(vat.SALE_TYPES),
        AMOUNTS,
        AMOUNTS,
        st.just("Kaffe"),
    ),
    max_size=8,
)


def high(net, vat_, account="3000"):
    return Line(account, "HIGH", net, vat_)


class TestAmounts(BaseCase):
    """Rule 6: VAT that Fiken accepts, and not one øre lost or made."""

    def test_vat_of_odoo_stays_where_it_is_the_rates(self):
        lines = [high(1002, 251), Line("3100", "EXEMPT", 500, 0)]
        self.assertEqual(fit_vat(lines, 0), (lines, []))

    def test_one_ore_beside_the_rate_goes_to_the_rounding_account(self):
        settled, residues = fit_vat([high(1002, 250)], 0)
        self.assertEqual(settled, [high(1002, 251)])
        [residue] = residues
        self.assertEqual(residue.vat_type, "HIGH")
        self.assertEqual((residue.odoo_vat, residue.fiken_vat), (250, 251))
        self.assertEqual(residue.difference, -1)

    def test_within_the_tolerance_odoos_vat_is_sent(self):
        lines = [high(1002, 250)]
        self.assertEqual(fit_vat(lines, 1), (lines, []))
        self.assertEqual(fit_vat([high(1002, 249)], 1)[0], [high(1002, 251)])

    def test_figures_shown_are_those_of_the_whole_vat_type(self):
        """A bookkeeper compares them with the VAT on the invoice."""
        _settled, [residue] = fit_vat(
            [high(1000, 250), high(1002, 250, "3010"), Line("3030", "MEDIUM", 100, 15)],
            0,
        )
        self.assertEqual((residue.odoo_vat, residue.fiken_vat), (500, 501))

    def test_differences_that_cancel_out_leave_no_residue(self):
        settled, residues = fit_vat([high(1002, 250), high(1000, 251, "3010")], 0)
        self.assertEqual([line.vat for line in settled], [251, 250])
        self.assertFalse(residues)

    @given(LINES, st.integers(0, 5))
    def test_gross_is_the_same_with_the_rounding_account(self, lines, tolerance):
        settled, residues = fit_vat(lines, tolerance)
        self.assertEqual([line.net for line in settled], [line.net for line in lines])
        for line in settled:
            off = line.vat - money.vat_of(line.net, vat.RATES[line.vat_type])
            self.assertLessEqual(abs(off), tolerance, "Fiken would refuse this line")
        self.assertEqual(
            sum(line.gross for line in settled)
            + sum(residue.difference for residue in residues),
            sum(line.gross for line in lines),
        )
        for residue in residues:
            odoo = sum(line.vat for line in lines if line.vat_type == residue.vat_type)
            self.assertEqual(residue.odoo_vat, odoo)
        self.assertEqual(fit_vat(settled, tolerance), (settled, []), "settled for good")

    @given(LINES)
    def test_grouping_keeps_the_sum_of_every_account_and_vat_type(self, lines):
        def sums(some):
            totals = {}
            for line in some:
                net, tax = totals.get((line.account, line.vat_type), (0, 0))
                totals[line.account, line.vat_type] = net + line.net, tax + line.vat
            return totals

        self.assertEqual(sums(grouped(lines)), sums(lines))
        self.assertEqual(len(grouped(lines)), len(sums(lines)))
        self.assertEqual(list(sums(grouped(lines))), list(sums(lines)), "their order")

    def test_a_text_that_several_lines_share_is_told_once(self):
        lines = [Line("3000", "HIGH", 1, 0, text) for text in ("Kaffe", "Te", "Kaffe")]
        self.assertEqual(grouped(lines), [Line("3000", "HIGH", 3, 0, "Kaffe, Te")])
