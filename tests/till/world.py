"""The shop: its tills, goods, vendors and ledgers, and what its people do."""

import random
from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError

from ..settlement.pos import Shop
from . import chart
from .clock import Agenda, wall

TILLS = ("Kasse 1", "Kasse 2")
GOODS_OF_A_KIND = 3


class World(Shop):
    """A connected company with two tills, and what happens there.

    :param env: of somebody who may do everything
    :param run: calls a function that sees what was done so far with other eyes: a
        scheduled action, a click that asks Fiken
    :param box: the sandbox
    :param begin: the first day
    :param days: how many
    :param without: names of events and kinds of receipts that do not happen
    """

    def __init__(self, env, fiken_company, box, run, seed, begin, days, without=()):
        # Nobody reads the PDFs of invoices.
        env = env(context={**env.context, "generate_pdf": False})
        super().__init__(env, fiken_company.company_id)
        self.fiken_company, self.box, self.run = fiken_company, box, run
        self.seed, self.days, self.without = seed, days, set(without)
        self.dice = self.dice_of("shop")
        self.agenda = Agenda(begin)
        # What happened, for those who come after.
        self.sold = []
        self.end_hours = [(None, 0.0)]
        self.stopped = {}
        # Declared: days of which nothing is to be in Fiken, days nobody comes back to,
        # and days whose border was moved.
        self.skipped, self.shut, self.together = set(), set(), []
        self.is_down = False
        self._prepare()

    def dice_of(self, name):
        """Of their own, so that what is left out changes nothing else."""
        return random.Random(f"{self.seed} {name}")

    # What the shop has

    def _prepare(self):
        self.fiken_company.sudo().negative_lines = "send"
        self.main = self.fiken_company.default_vendor_id
        self.kiosk = self.env["fiken.vendor"].create(
            {
                "name": "Kiosk",
                "code": "KIOSK",
                "fiken_company_id": self.fiken_company.id,
                "enabled_since": self.main.enabled_since,
            }
        )
        hour = self.dice.choice((22.0, 6.0))
        for vendor in self.vendors:
            vendor.write(
                {
                    "tz": "Europe/Oslo",
                    "attach_files": False,
                    "credit_note_way": "negative",
                    "settlement_mode": "booked",
                    "daily_schedule": True,
                    "schedule_hour": hour,
                    "settlement_cap_ore": 2000,
                }
            )
            vendor.ledger_id.sales_without_tax = "NONE"
        self.codes = {}
        for code, name, account_type, fiken in chart.OWN:
            self.map(self.new_account(code, name, account_type), fiken)
        for code in chart.INCOME:
            self.map(self.account(code), chart.IN_FIKEN.get(code, code))
        self.customers = self.env["res.partner"].create(
            [
                {
                    "name": name,
                    "is_company": True,
                    "country_id": self.env.ref("base.no").id,
                }
                for name in ("Kaffebaren AS", "Kontoret AS", "Verkstedet AS")
            ]
        )
        self._prepare_goods()
        self._prepare_tills()

    @property
    def vendors(self):
        return self.main | self.kiosk

    def _prepare_goods(self):
        dice, included = self.dice, self.dice.random() < 0.7
        self.changing = self.category(
            "Diverse", self.account(chart.CATEGORY_ACCOUNTS[0])
        )
        self.goods = []
        for number in range(GOODS_OF_A_KIND):
            for account, code in chart.GOODS:
                self.goods.append(
                    self._good(
                        f"Vare {account} {number}",
                        self.tax(code, included) if code else None,
                        account=self.account(account),
                    )
                )
        self.diverse = self._good(
            "Diverse", self.tax(chart.CATEGORY_TAX, included), category=self.changing
        )
        self.gift_card = self._good(
            "Gavekort", None, account=self.account(chart.GIFT_CARDS)
        )
        self.tip = self._good("Tips", None, account=self.account(chart.TIPS))
        for good in (*self.goods, self.diverse):
            good.list_price = dice.randint(500, 40000) / 100

    def _good(self, name, taxes, **values):
        good = self.product(name, 100.0, taxes, **values)
        # What has no stock needs no deliveries.
        good.type = "service"
        return good

    def _prepare_tills(self):
        difference = self.account(chart.TERMINAL_DIFFERENCE)
        self.methods["card"] = self._bank_method("Kort", "KORT")
        self.vipps = self._bank_method("Vipps", "VIPPS", split_transactions=True)
        for method, code in ((self.card, chart.CARD), (self.vipps, chart.VIPPS)):
            method.journal_id.write(
                {
                    "profit_account_id": difference.id,
                    "loss_account_id": difference.id,
                }
            )
            self.map_method(method, code)
        self.tills = self.env["pos.config"]
        for number, name in enumerate(TILLS, 1):
            methods = self._methods(name) | self.vipps
            self.map_method(self.methods[name], chart.CASH[name])
            till = self.till(
                name,
                self.journal(name, f"TILL{number}", "general"),
                methods,
                iface_tipproduct=True,
                tip_product_id=self.tip.id,
            )
            self.tills |= till

    def map_method(self, method, code):
        """A means of payment, and Odoo's accounts of it, are this account in Fiken."""
        journal = method.journal_id
        self.codes[journal.default_account_id.id] = code
        self.map(method, code)

    def map(self, source, code):
        """What the ledgers say of an account or a means of payment."""
        if source._name == "account.account":
            self.codes[source.id] = code
            key = {"account_id": source.id}
        else:
            key = {"means_model": source._name, "means_id": source.id}
        for vendor in self.vendors:
            ledger = vendor.ledger_id
            line = ledger.line_ids.filtered_domain(
                [(name, "=", value) for name, value in key.items()]
            ) or ledger.line_ids.create(
                {"ledger_id": ledger.id, **key, "fiken_code": code}
            )
            line.write({"fiken_code": code, "is_proposal": False, "is_guess": False})

    # Time

    @property
    def number(self):
        """Of today."""
        return (wall(self.agenda.now).date() - self.agenda.begin).days

    def change_end_hour(self, hour):
        """From now on days end at another hour; around it, days lie together."""
        self.vendors.day_end_hour = hour
        self.end_hours.append((self.agenda.now, hour))
        self.together.append({self.number - 1, self.number, self.number + 1})

    def day_of(self, moment):
        """The number of the business day of a moment in UTC."""
        hour = [
            hour for since, hour in self.end_hours if since is None or since <= moment
        ][-1]
        return ((wall(moment) - timedelta(hours=hour)).date() - self.agenda.begin).days

    # What runs by itself

    def trigger(self, cron):
        """Odoo runs a scheduled action."""
        answer = self.run(cron.sudo().method_direct_trigger)
        if answer is not True:
            self.stopped[f"{cron.name} {self.agenda.now}"] = str(answer)

    # What people do

    def press(self, record, button):
        """What a person's click does; what it refuses, it says and leaves undone."""
        try:
            with self.env.cr.savepoint():
                return getattr(record, button)()
        except UserError as error:
            self.env.invalidate_all()
            self.stopped[f"{record.display_name} {button}"] = str(error)
            return None

    def settle_from(self, vendor):
        """A person is asked from which day on: nothing was booked by hand."""
        wizard = self.env["fiken.settle.from"].create(
            {"vendor_id": vendor.id, "settle_from": self.agenda.begin}
        )
        self.run(lambda: self.press(wizard, "action_choose"))
        if wizard.last_booked_on:
            wizard.confirm = True
            self.run(lambda: self.press(wizard, "action_choose"))

    def settlements(self, *domain):
        return self.env["fiken.settlement"].search(
            [("vendor_id", "in", self.vendors.ids), *domain], order="day, id"
        )

    def _bank_method(self, name, code, **values):
        method = super()._bank_method(name, code, **values)
        # What is paid is on the bank account at once: it has no statements here.
        method.outstanding_account_id = method.journal_id.default_account_id
        return method

    def _cash_method(self, till):
        method = super()._cash_method(till)
        method.journal_id.suspense_account_id = self.account(chart.IN_TRANSIT)
        return method

    def new_method(self, name, code, kind):
        """A means of payment that the ledgers do not know."""
        if kind == "cash":
            return self._cash_method(name)
        return self._bank_method(name, code)

    def change_methods(self, till, methods):
        till.write({"payment_method_ids": [Command.set(methods.ids)]})
