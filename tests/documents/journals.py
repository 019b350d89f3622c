from ...fiken_api import money

# Of an invoice: what is owed, and the cost of goods, which is no part of it.
ASIDE = ("payment_term", "cogs")


def journal_of(move, claim=None, codes=()):
    """{Fiken's account: øre} of a document's journal items.

    :param claim: the code of what is owed in Fiken; it is left out without one
    :param codes: pairs of Odoo's and Fiken's account, where they are not the same
    """
    sums, codes = {}, dict(codes)
    for aml in move.line_ids:
        code = codes.get(aml.account_id.code, aml.account_id.code)
        if aml.display_type in ASIDE:
            if aml.display_type != "payment_term" or not claim:
                continue
            code = claim
        sums[code] = sums.get(code, 0) + money.to_ore(aml.balance)
    return {code: ore for code, ore in sums.items() if ore}


def nets_of(lines):
    """{account: øre} of a sale's lines in Fiken, with the signs of a journal."""
    sums = {}
    for account, _type, net, _vat in lines:
        sums[account] = sums.get(account, 0) - net
    return sums
