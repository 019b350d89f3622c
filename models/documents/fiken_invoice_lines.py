"""The lines of what Fiken issues, as it prints them (fiken-api.md §5.3).

Unit prices are net, in øre; quantity and discount are decimals. Fiken computes line
totals and VAT itself.
"""

from dataclasses import replace

from odoo import api, models
from odoo.tools import html2plaintext

from ...figures.amounts import Line, fit_vat
from ...fiken_api import money, vat
from ..connection.sentence import _lt, joined
from ..outbox.exceptions import MissingSetting, NeedsReview

NOTES = ("line_section", "line_subsection", "line_note")
LINE_LIMIT = 200
TEXT_LIMIT = 500


class InvoiceLines(models.AbstractModel):
    """Quantities and prices are Odoo's, and net and VAT of each line come out."""

    _name = "fiken.invoice.lines"
    _inherit = "fiken.document.lines"
    _description = "Lines of an Invoice that Fiken Issues"

    @api.model
    def _invoice_lines(self, job, move):
        """The lines as Fiken prints them, with what its arithmetic leaves to 7740.

        :return: (Fiken's lines, list of notes for the job)
        """
        comments, discounts = self._comments(move), self._discounts(move)
        lines, figures, texts = [], [], []
        # Quantities and prices are Odoo's; net and VAT of each line must come out.
        for base_line, net, tax, taxes in self._base_lines(move):
            aml = base_line["record"]
            own = Line(
                self._account_code(job, base_line),
                self._issued_type(job, aml, taxes, tax),
                net,
                tax,
                source=aml.account_id.id,
            )
            parts = [own]
            if aml.id in discounts:
                parts = self._with_discount(job, move, parts, discounts[aml.id])
            figures += parts
            values, as_piece = self._quantity_and_price(
                aml, parts[0].net, len(parts) > 1
            )
            comment = " · ".join(filter(None, [as_piece, *comments.get(aml.id, [])]))
            if comment:
                values["comment"] = self._shortened(comment, LINE_LIMIT)
            texts += [self._line_name(aml), comment]
            lines.append(
                {
                    "description": self._shortened(self._line_name(aml), LINE_LIMIT),
                    "incomeAccount": own.account,
                    "vatType": own.vat_type,
                    **values,
                    **self._product(job, aml),
                }
            )
            lines += [self._piece(part) for part in parts[1:]]
        places = self._places(figures)
        if self._is_credit(move) and job.fiken_company_id.negative_lines == "stop":
            lines, figures = self._netted(lines, figures)
        self._check_negative(job.fiken_company_id, figures, move)
        _settled, residues = fit_vat(figures, 0)
        self._check_cap(job.fiken_company_id, residues)
        lines += [self._piece(line) for line in self._residue_lines(job, residues)]
        self._check_journal(job, move, self._issued(lines), residues, places)
        return lines, [
            self._residue_note(job, residues),
            self._cut_note(move, texts),
            self._date_note(move),
        ]

    @api.model
    def _netted(self, lines, figures):
        """What is kept of a credit note is taken off a line like it, if there is one.

        Fiken's credit notes have amounts above zero (fiken-api.md §5.6).

        :param lines: as Fiken prints them
        :param figures: the :class:`Line` of each
        """
        groups = {}
        for line, figure in zip(lines, figures, strict=True):
            key = figure.account, figure.vat_type
            groups.setdefault(key, []).append((line, figure))
        netted = []
        for group in groups.values():
            amounts = [figure.gross for _line, figure in group]
            if min(amounts) < 0 <= sum(amounts):
                group = self._as_one(group) if sum(amounts) else []
            netted += group
        return [line for line, _figure in netted], [figure for _line, figure in netted]

    @api.model
    def _as_one(self, group):
        first = max((figure for _line, figure in group), key=lambda one: one.gross)
        figure = replace(
            first,
            net=sum(figure.net for _line, figure in group),
            vat=sum(figure.vat for _line, figure in group),
        )
        texts = [
            f"{line['description']} {money.kroner(figure.net)}"
            for line, figure in group
        ]
        name = next(line["description"] for line, one in group if one is first)
        piece = self._piece(figure) | {"description": name}
        piece["comment"] = self._shortened(" · ".join(texts), LINE_LIMIT)
        return [(piece, figure)]

    @api.model
    def _check_negative(self, fiken_company, lines, move):
        try:
            return super()._check_negative(fiken_company, lines, move)
        except MissingSetting as gap:
            if self._is_credit(move):
                gap.message = joined(
                    gap.message,
                    _lt(
                        "Or credit the whole amount, and invoice what is kept on its"
                        " own."
                    ),
                    separator=" ",
                )
            raise

    @api.model
    def _lines_sent(self, job, move):
        """Fiken counts them itself: what it may refuse is the account or the sign."""
        return [
            Line(
                line["incomeAccount"],
                vat_type="",
                net=-1 if min(line["quantity"], line["unitPrice"]) < 0 else 1,
                vat=0,
            )
            for line in self._invoice_lines(job, move)[0]
        ]

    @api.model
    def _issued_type(self, job, aml, taxes, tax):
        vat_type = self._vat_type(job, aml, taxes, tax)
        if vat_type not in vat.INVOICE_TYPES:
            raise NeedsReview(
                _lt(
                    "Fiken issues no invoices with the VAT type of %(line)s (%(tax)s).",
                    line=self._line_name(aml),
                    tax=", ".join(taxes.mapped("name")),
                )
            )
        return vat_type

    @api.model
    def _piece(self, line):
        """A line that is one thing at its price."""
        return {
            "description": self._shortened(line.text, LINE_LIMIT),
            "incomeAccount": line.account,
            "vatType": line.vat_type,
            "quantity": 1,
            "unitPrice": line.net,
        }

    @api.model
    def _issued(self, lines):
        """What Fiken's own arithmetic makes of the lines that it gets."""
        issued = []
        for line in lines:
            net = money.line_net(
                line["quantity"], line["unitPrice"], line.get("discount") or 0
            )
            tax = money.vat_of(net, vat.rate_of(line["vatType"]))
            issued.append(Line(line["incomeAccount"], line["vatType"], net, tax))
        return issued

    @api.model
    def _cut_note(self, move, texts):
        """The customer reads Fiken's invoice: what did not fit there is said."""
        cut = [text for text in texts if len(self._one_line(text)) > LINE_LIMIT]
        if move.narration and len(self._narration(move)) > TEXT_LIMIT:
            cut.append(self._narration(move))
        if not cut:
            return ""
        return _lt(
            "Texts were shortened to what fits on Fiken's invoice: %(texts)s",
            texts="; ".join(self._shortened(text, 40) for text in cut),
        )

    @api.model
    def _narration(self, move):
        return self._one_line(html2plaintext(move.narration or ""))

    @api.model
    def _quantity_and_price(self, aml, net, has_own_discount=False):
        """Quantity, price and discount as in Odoo where they give Odoo's net.

        Fiken's price is whole øre without VAT. A price with more decimals, or with
        VAT in it, may not multiply to Odoo's net: then the line is sent as one piece
        at its net, and a comment tells quantity and price.

        :param bool has_own_discount: the discount is a line of its own
        :return: (Fiken's fields, the comment)
        """
        as_piece = {"quantity": 1, "unitPrice": net}
        if aml.display_type != "product":
            return as_piece, ""
        price = money.exact_ore(aml.price_unit)
        quantity = money.decimal(aml.quantity)
        discount = money.decimal(0 if has_own_discount else aml.discount)
        if (
            price is None
            or any(aml.tax_ids.mapped("price_include"))
            or not 0 <= discount <= 100
            or money.line_net(quantity, price, discount) != net
        ):
            return as_piece, self._calculation(aml, discount)
        values = {"quantity": float(quantity), "unitPrice": price}
        if discount:
            values["discount"] = float(discount)
        return values, ""

    @api.model
    def _calculation(self, aml, discount):
        """Quantity × price − discount as a Norwegian reader writes it."""
        quantity, price, per_cent = (
            f"{money.decimal(value).normalize():f}".replace(".", ",")
            for value in (aml.quantity, aml.price_unit, discount)
        )
        if any(aml.tax_ids.mapped("price_include")):
            price = self.env._("%(price)s with VAT", price=price)
        return f"{quantity} × {price}" + (f" − {per_cent} %" if discount else "")

    @api.model
    def _comments(self, move):
        """{line id: texts} of the sections and notes that stand with a line.

        A section, and a note below it, stands with the line that follows; any other
        note with the line before it, as does what stands after the last line.
        """
        comments, above, last = {}, [], None
        for aml in move.invoice_line_ids.sorted(lambda aml: (aml.sequence, aml.id)):
            if aml.display_type == "product":
                comments[aml.id], above, last = above, [], aml.id
            elif aml.display_type == "line_note" and last and not above:
                comments[last].append(aml.name or "")
            elif aml.display_type in NOTES:
                above.append(aml.name or "")
        if last:
            comments[last] += above
        return comments

    @api.model
    def _product(self, job, aml):
        """The Fiken product of a line, so that Fiken's sales statistics know it."""
        if not aml.product_id:
            return {}
        products = self.env["fiken.resource.product"]
        remote_id = products._id_on_document(job.fiken_company_id, aml.product_id)
        return {"productId": int(remote_id)} if remote_id else {}
