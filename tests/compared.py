"""Odoo's journal held against Fiken's books, each document account by account.

Shared by tests and benchmarks, so nothing here knows how either is run.
"""

import re
from collections import Counter

from odoo.addons.fiken_connector.fiken_api import money

ROUNDING = "7740"
BANK = "1920:10001"
FIKEN_VAT = (
    *("2701", "2702", "2703", "2704", "2706"),
    *("2711", "2712", "2713", "2714", "2716"),
)
NOTE = re.compile(r"VAT (\w+): Odoo (-?[\d\xa0]+,\d\d), Fiken (-?[\d\xa0]+,\d\d);")


def odoo_figures(move):
    """(net by account and VAT type, VAT by type) of Odoo's journal, income positive."""
    nets, vats = Counter(), Counter()
    for aml in move.line_ids:
        ore = -money.to_ore(aml.balance)
        if aml.tax_line_id:
            vats[aml.tax_line_id.fiken_vat_type] += ore
        elif aml.display_type in ("product", "rounding"):
            nets[aml.account_id.code, aml.tax_ids.fiken_vat_type or "NONE"] += ore
    return nets, vats


def fiken_figures(document, sign):
    nets, vats = Counter(), Counter()
    for line in document["lines"]:
        nets[line["account"], line["vatType"]] += sign * line["netPrice"]
        vats[line["vatType"]] += sign * line["vat"]
    return nets, vats


def differences_of(move, document):
    """What is not the same, in words; nothing when Fiken has what Odoo has.

    Øre that Fiken's VAT arithmetic leaves over are on the rounding account, and said.
    """
    sign = 1 if move.is_sale_document(include_receipts=True) else -1
    (nets, vats), (their_nets, their_vats) = (
        odoo_figures(move),
        fiken_figures(document, sign),
    )
    found = []
    residues = {
        name: vats[name] - their_vats[name]
        for name in {*vats, *their_vats}
        if vats[name] != their_vats[name]
    }
    nets[ROUNDING, "NONE"] += sum(residues.values())
    for key in {*nets, *their_nets}:
        if nets[key] != their_nets[key]:
            found.append(f"{key}: Odoo {nets[key]}, Fiken {their_nets[key]}")
    gross = sum(their_nets.values()) + sum(their_vats.values())
    if gross != money.to_ore(move.amount_total_signed):
        found.append(f"gross: {gross}")
    if residues.keys() != told(move):
        found.append(f"told {told(move)}, but these differ: {residues}")
    return [f"{move.name}: {text}" for text in found]


def told(move):
    """The VAT types whose difference the document's jobs name, with both figures."""
    jobs = (
        move.env["fiken.job"]
        .sudo()
        .search([("res_model", "=", "account.move"), ("res_id", "=", move.id)])
    )
    notes = " ".join(filter(None, jobs.mapped("note")))
    return {name for name, odoo, fiken in NOTE.findall(notes) if odoo != fiken}


def documents_in_fiken(books):
    """{(resource, Fiken id): the sale or purchase} of what the sandbox has booked."""
    sales = {sale["id"]: sale for sale in books["sales"]}
    found = {}
    for number, sale in sales.items():
        found["sale", str(number)] = found["cash_sale", str(number)] = sale
    for resource, rows in (
        ("invoice", books["invoices"]),
        ("credit_note", books["creditNotes"]),
    ):
        for row in rows:
            found[resource, str(row["id"])] = sales[row["saleId"]]
    for purchase in books["purchases"]:
        found["purchase", str(purchase["id"])] = purchase
    return found


def compare(moves, books):
    """:return: (booked documents, stopped ones, differences in words)"""
    in_fiken = documents_in_fiken(books)
    links = (
        moves.env["fiken.binding"]
        .sudo()
        .search([("res_model", "=", "account.move"), ("res_id", "in", moves.ids)])
    )
    linked = {
        link.res_id: in_fiken[link.resource, link.remote_id]
        for link in links
        if (link.resource, link.remote_id) in in_fiken
    }
    booked = moves.filtered(lambda move: move.id in linked)
    stopped, found = moves - booked, []
    for move in booked:
        found += differences_of(move, linked[move.id])
    for move in stopped:
        if move.fiken_state not in ("failed", "blocked") or not move.fiken_reason:
            found.append(f"{move.name}: {move.fiken_state}, and nobody is told why")
    extra = len(books["sales"]) + len(books["purchases"]) - len(booked)
    if extra:
        found.append(f"{extra} documents in Fiken that Odoo does not know")
    return booked, stopped, found + _balances(booked, books)


def _paid(aml):
    """Øre of a claim that payments have moved to the bank; negative of a debt."""
    ins = aml.matched_credit_ids.filtered(
        lambda one: one.credit_move_id.move_id.origin_payment_id
    )
    outs = aml.matched_debit_ids.filtered(
        lambda one: one.debit_move_id.move_id.origin_payment_id
    )
    return money.to_ore(sum(ins.mapped("amount")) - sum(outs.mapped("amount")))


def _balances(booked, books):
    """The ledgers as a whole: Odoo's journal of these documents, Fiken's accounts."""
    fiken = Counter({row["account"]: row["balance"] for row in books["balances"]})
    odoo, vat = Counter(), 0
    for aml in booked.line_ids:
        ore = money.to_ore(aml.balance)
        if aml.tax_line_id or aml.account_id.code == ROUNDING:
            vat += ore
        elif aml.display_type == "payment_term":
            is_cash = aml.move_id.move_type in ("in_receipt", "out_receipt")
            paid = 0 if is_cash else _paid(aml)
            odoo["1901" if is_cash else aml.account_id.code] += ore - paid
            odoo[BANK.partition(":")[0]] += paid
        else:
            odoo[aml.account_id.code] += ore
    there = Counter()
    for code, ore in fiken.items():
        is_vat = code in FIKEN_VAT or code == ROUNDING
        there["VAT" if is_vat else code.partition(":")[0]] += ore
    odoo["VAT"] = vat
    return [
        f"account {code}: Odoo {odoo[code]}, Fiken {there[code]}"
        for code in sorted({*odoo, *there})
        if odoo[code] != there[code]
    ]
