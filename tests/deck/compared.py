"""Odoo's journal held against Fiken's books, document by document and as a whole."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from .figures import differences
from .journal import Journal, headers, rows, side_of
from .vouchers import Vouchers
from .world import CAP

NOTE = re.compile(r"VAT (\w+): Odoo (-?[\d,]+\.\d\d), Fiken (-?[\d,]+\.\d\d);")

LINKS = """
SELECT res_id, resource, remote_id
  FROM fiken_binding
 WHERE res_model = 'account.move' AND active AND res_id IN %(moves)s
"""


@dataclass
class Outcome:
    """:ivar differences: in words
    :ivar without_cause: sentences about what stopped though it should not have, or
        that name neither setting nor field
    """

    booked: object
    stopped: object
    kinds: Counter
    differences: list = field(default_factory=list)
    without_cause: list = field(default_factory=list)

    def is_right(self):
        documents = len(self.booked) + len(self.stopped)
        return not (
            self.differences or self.without_cause or len(self.booked) < 0.9 * documents
        )


def compare(world, books):
    """:param books: what the sandbox says of the company's books"""
    env, moves = world.env, world.moves
    vouchers = Vouchers(books)
    linked = defaultdict(list)
    for row in rows(env, LINKS, moves):
        document = vouchers.documents.get((row["resource"], row["remote_id"]))
        if document:
            linked[row["res_id"]].append((row["resource"], document))
    booked = moves.filtered(lambda move: move.id in linked)
    outcome = Outcome(
        booked, moves - booked, Counter(card.kind for card in world.kinds.values())
    )
    for move in outcome.stopped:
        _judge_stop(world, move, outcome)
    for move in booked.filtered(lambda move: move.fiken_state != "booked"):
        outcome.differences.append(
            f"{world.kinds[move.id].kind} {move.name} is booked, but Odoo shows"
            f" {move.fiken_state}"
        )
    journal = Journal(env, booked, world.company, world.category_codes)
    told, known, allowed = _told(env, booked), headers(env, booked), Counter()
    for move_id, documents in linked.items():
        header = known[move_id]
        name = f"{world.kinds[move_id].kind} {header['name']}"
        side = side_of(header["move_type"])
        if len(documents) > 1:
            outcome.differences.append(f"{name}: {len(documents)} documents in Fiken")
        resource, document = documents[0]
        found = differences(
            journal.figures[move_id],
            vouchers.figures(document, side),
            side,
            told[move_id],
            CAP,
        )
        allowed.update(found.allowed)
        texts = [*found.texts, *_head_differences(header, resource, document)]
        outcome.differences += [f"{name}: {text}" for text in texts]
    _count_vouchers(vouchers, linked, outcome)
    _compare_balances(journal, vouchers, allowed, outcome)
    return outcome


def _judge_stop(world, move, outcome):
    card = world.kinds[move.id]
    reason = move.fiken_reason or ""
    stops_here = move.fiken_state in ("failed", "blocked")
    if not stops_here:
        cause = f"{move.fiken_state}, and nobody is told why"
    elif not card.stops:
        cause = "is to be booked"
    elif card.stops.names not in reason:
        cause = f"is to name {card.stops.names}"
    else:
        return
    outcome.without_cause.append(
        f"{card.kind} {move.name} {cause}: {reason} ({_in_words(move)})"
    )


def _in_words(move):
    """Its lines, so that it can be made again."""
    return "; ".join(
        f"{line.quantity:g} × {line.price_unit:g} − {line.discount:g} %"
        f" {line.account_id.code} {line.tax_ids.mapped('name')}"
        for line in move.invoice_line_ids
    )


def _told(env, moves):
    """{document id: {VAT type: {(Odoo's øre, Fiken's)}}}, as its notes say."""
    found = defaultdict(lambda: defaultdict(set))
    jobs = env["fiken.job"].sudo().with_context(lang="en_US")
    domain = [("res_model", "=", "account.move"), ("res_id", "in", moves.ids)]
    for job in jobs.search([*domain, ("note", "!=", False)]):
        for name, odoo, fiken in NOTE.findall(job.note):
            found[job.res_id][name].add((_ore(odoo), _ore(fiken)))
    return found


def _ore(text):
    """As written; notes about credit notes have signs of their own."""
    return abs(int(re.sub(r"\D", "", text)))


def _head_differences(header, resource, document):
    """Number, day, currency and total; of what Fiken issues, the number is Fiken's."""
    sign = 1 if side_of(header["move_type"]) == "sale" else -1
    pairs = [
        (header["date"], document["date"]),
        (header["currency"], document["currency"]),
        (header["claim"] or 0, sign * document["grossInCurrency"]),
    ]
    if resource in ("sale", "cash_sale"):
        pairs.append((header["name"], document["saleNumber"]))
    elif resource == "purchase":
        pairs.append((header["ref"] or header["name"], document["identifier"]))
    for wanted, there in pairs:
        if wanted != there:
            yield f"{wanted} in Odoo, {there} in Fiken"


def _count_vouchers(vouchers, linked, outcome):
    """Each in Fiken belongs to one document in Odoo, and to one only."""
    owners = Counter(
        (side_of_resource(resource), document["id"])
        for documents in linked.values()
        for resource, document in documents
    )
    for side, documents in vouchers.kept.items():
        times = Counter(document["id"] for document in documents)
        for document_id, there in times.items():
            owned = owners[side, document_id]
            if (there, owned) != (1, 1):
                outcome.differences.append(
                    f"{side} {document_id} is {there} times in Fiken, and"
                    f" {owned} times in Odoo"
                )


def side_of_resource(resource):
    return "purchase" if resource == "purchase" else "sale"


def _compare_balances(journal, vouchers, allowed, outcome):
    odoo, fiken = journal.accounts(), vouchers.balances
    for account in sorted({*odoo, *fiken, *allowed}):
        wanted = odoo[account] + allowed[account]
        if wanted != fiken[account]:
            outcome.differences.append(
                f"balance of {account}: Odoo {wanted}, Fiken {fiken[account]}"
            )
