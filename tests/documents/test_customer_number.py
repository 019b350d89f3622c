"""The customer knows an invoice that Fiken issues by Fiken's number, and no other."""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError

from odoo.addons.account.controllers.portal import PortalAccount

from ...controllers.portal import FikenPortal
from .invoices import InvoiceCase

HELLO = "Hei!"


class TestCustomerNumber(InvoiceCase):
    def setUp(self):
        super().setUp()
        self.customer = self.env["res.partner"].create(
            {
                "name": "Kaffekunden",
                "email": "kunde@example.com",
                "country_id": self.norway.id,
            }
        )

    def here(self):
        """Issued, and its papers have come."""
        move = self.invoice(self.line(1000.0), partner_id=self.customer.id)
        invoice = self.issued(move)
        number = str(invoice["invoiceNumber"])
        self.assertEqual(move._fiken_issued_number(), number)
        return move, number

    def awaited(self):
        self.vendor.sale_mode = "booked"
        return self.invoice(self.line(1000.0), partner_id=self.customer.id)

    def mails(self, act):
        """What goes out to people while ``act`` runs: subjects and bodies."""
        sent = []
        mail = self.env.registry["mail.mail"]
        original = mail.create

        def created(model, vals_list):
            mails = original(model, vals_list)
            sent.extend(f"{one.subject} {one.body_html}" for one in mails)
            return mails

        with patch.object(mail, "create", created):
            act()
        return sent

    def assert_only(self, number, move, texts):
        self.assertTrue(texts)
        text = "\n".join(texts)
        self.assertIn(number, text)
        for sign in "/-_":
            self.assertNotIn(move.name.replace("/", sign), text)

    def wizard(self, move):
        return (
            self.env["account.move.send.wizard"]
            .with_context(active_model=move._name, active_ids=move.ids)
            .create({"sending_methods": ["email"]})
        )

    def test_send_and_print(self):
        move, number = self.here()
        wizard = self.wizard(move)
        self.assertIn(number, wizard.subject)
        self.assertNotIn(move.name, wizard.subject + wizard.body)
        texts = self.mails(wizard.action_send_and_print)
        self.assert_only(number, move, texts)

    def test_sent_in_a_batch(self):
        moves = self.env["account.move"]
        for _each in range(2):
            moves |= self.here()[0]
        send = self.env["account.move.send"]
        texts = self.mails(lambda: send._generate_and_send_invoices(moves))
        for move in moves:
            self.assert_only(move._fiken_issued_number(), move, texts)

    def test_template_of_the_company(self):
        move, number = self.here()
        template = self.env["mail.template"].create(
            {
                "name": "Purring",
                "model_id": self.env["ir.model"]._get("account.move").id,
                "subject": "Purring {{ object.name }} ({{ object.display_name }})",
                "body_html": "<p>Se <t t-out='object.name'/> og"
                " <t t-out=\"object.name.replace('/', '-')\"/>.pdf</p>",
                "partner_to": "{{ object.partner_id.id }}",
            }
        )
        texts = self.mails(lambda: template.send_mail(move.id, force_send=True))
        self.assert_only(number, move, texts)

    def test_message_of_a_person(self):
        """Its subject, its header and its footer are Odoo's."""
        move, number = self.here()
        texts = self.mails(
            lambda: move.message_post(
                body=HELLO,
                subtype_xmlid="mail.mt_comment",
                partner_ids=self.customer.ids,
            )
        )
        self.assert_only(number, move, texts)

    def test_invitation_to_the_portal(self):
        move, number = self.here()
        share = self.env["portal.share"].create(
            {
                "res_model": move._name,
                "res_id": move.id,
                "partner_ids": [Command.set(self.customer.ids)],
            }
        )
        texts = self.mails(share.action_send_mail)
        self.assert_only(number, move, texts)

    def test_what_odoo_prints(self):
        move, number = self.here()
        report = self.env["ir.actions.report"]
        html, _kind = report._render_qweb_html("account.account_invoices", move.ids)
        self.assert_only(number, move, [html.decode()])

    def test_portal_pages(self):
        move, number = self.here()
        user = self.env["res.users"].create(
            {
                "name": "Kaffekunden",
                "login": "kunde@example.com",
                "partner_id": self.customer.id,
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )
        seen = move.with_user(user).sudo()
        self.assertEqual(seen.display_name.split()[0], number)
        self.assertIn(number, seen._get_report_base_filename())
        values = seen._get_invoice_portal_extra_values()
        self.assertNotIn(move.name, str(values["next_payment_reference"]))
        self.assertIn(move.name, move.display_name, "here it is Odoo's")
        for page in ("portal_my_invoices", "portal_my_home_menu_invoice"):
            arch = self.env.ref(f"account.{page}").sudo()._get_combined_arch()
            self.assertFalse(arch.xpath("//*[@t-out='invoice.name']"), page)
            self.assertTrue(
                arch.xpath("//*[@t-out='invoice._fiken_customer_name()']"), page
            )

    def test_page_on_which_the_customer_pays(self):
        """The module of online payments gives it Odoo's number, in two places."""
        move, number = self.here()
        values = {
            "invoice_name": move.name,
            "payment": {"reference": move.name, "amount": 125.0},
            "object": move,
        }
        pages = {
            "_invoice_get_page_view_values": (move, "token"),
            "_overdue_invoices_get_page_view_values": (move,),
        }
        for page, args in pages.items():
            with (
                self.subTest(page),
                patch.object(
                    PortalAccount, page, lambda *_args, **_kwargs: values, create=True
                ),
            ):
                self.assertEqual(
                    getattr(FikenPortal(), page)(*args),
                    {
                        "invoice_name": number,
                        "payment": {"reference": number, "amount": 125.0},
                        "object": move,
                    },
                )

    # Before the number is there

    def test_no_mail_goes_out_before_the_number_is_there(self):
        move = self.awaited()
        template = move._get_mail_template()
        ways = (
            lambda: template.send_mail(move.id, force_send=True),
            lambda: self.wizard(move).action_send_and_print(),
            lambda: self.env["account.move.send"]._generate_and_send_invoices(move),
            lambda: self.composed(move, template)._action_send_mail(),
        )
        for way in ways:

            def refused(way=way):
                with self.assertRaisesRegex(UserError, "not in Odoo yet"):
                    way()

            self.assertFalse(self.mails(refused))
        self.assertFalse(move._is_ready_to_be_sent())

    def composed(self, move, template):
        return self.env["mail.compose.message"].create(
            {
                "composition_mode": "comment",
                "model": move._name,
                "res_ids": str(move.ids),
                "template_id": template.id,
                "partner_ids": [Command.set(self.customer.ids)],
            }
        )

    def test_message_of_a_person_before_the_number_is_there(self):
        move = self.awaited()
        texts = self.mails(
            lambda: move.message_post(
                body=HELLO,
                subtype_xmlid="mail.mt_comment",
                partner_ids=self.customer.ids,
            )
        )
        self.assert_only("number follows", move, texts)

    def test_invoice_that_odoo_issues_keeps_its_name(self):
        self.vendor.issuer = "odoo"
        move = self.invoice(self.line(1000.0), partner_id=self.customer.id)
        self.send()
        wizard = self.wizard(move)
        self.assertIn(move.name, wizard.subject)
        self.assertEqual(move._fiken_customer_name(), move.name)
        self.assertTrue(move._is_ready_to_be_sent())

    def test_longer_numbers_and_other_documents_are_left_alone(self):
        move, number = self.here()
        text = f"{move.name} og {move.name}1 og X{move.name}"
        self.assertEqual(
            move._fiken_renamed(text), f"{number} og {move.name}1 og X{move.name}"
        )
