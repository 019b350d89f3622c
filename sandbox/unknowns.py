"""What nobody outside Fiken knows, and what Fiken changed over time, as switches.

A product that is right here must be right with each switch either way.
"""

from typing import Any, NamedTuple

from .dates import is_date
from .errors import bad_request
from .forms import Forms

ACCEPT = ("accept", "refuse")
REFUSE = ("refuse", "accept")
NO_YES = (False, True)
YES_NO = (True, False)


class Switch(NamedTuple):
    # what it can be set to: these, a number (int), or "date"
    choices: Any
    default: Any
    meaning: str
    # who has seen what, where anybody has
    source: str = "no public source says"


SWITCHES = {
    # -- accounts and amounts ----------------------------------------------------------
    "account_1901": Switch(ACCEPT, "accept", "1901 (cash) as payment account"),
    "account_vat_types": Switch(
        REFUSE,
        "refuse",
        "a vatType that an account is not known to go with",
        "a table of Fiken's account help, a hint rather than a whitelist; okane-no's "
        "tests (2024-01) post NONE on 3220 and 3000, with what outcome is not said",
    ),
    "negative_lines": Switch(
        ACCEPT,
        "accept",
        "negative amounts on lines of invoices, sales and purchases",
    ),
    "nok_of_foreign_lines": Switch(
        ("given", "own_rate"),
        "given",
        "what is booked of lines that carry NOK beside another currency",
    ),
    "zero_total": Switch(
        ACCEPT,
        "accept",
        "a sale or purchase whose lines add up to nothing",
    ),
    "rounding_account_on_sales": Switch(
        ACCEPT,
        "accept",
        "7740 as the account of a sale line",
    ),
    "balance_accounts_on_sales": Switch(
        ACCEPT,
        "accept",
        "1xxx and 2xxx as the account of a sale line",
    ),
    "vat_tolerance_ore": Switch(
        int, 0, "how far a line's vat may be from netPrice × rate"
    ),
    # -- doubles -----------------------------------------------------------------------
    "unique_sale_number": Switch(
        NO_YES,
        False,
        "a saleNumber that a live sale has already is refused",
    ),
    "unique_purchase_identifier": Switch(
        NO_YES,
        False,
        "an identifier that the supplier has already is refused",
    ),
    "repeated_draft_uuid": Switch(
        ("duplicate", "refuse", "overwrite"),
        "duplicate",
        "a draft with a uuid that another draft has",
    ),
    "repeated_invoice_uuid": Switch(
        ("duplicate", "refuse"),
        "duplicate",
        "an invoice with a uuid that another invoice has",
    ),
    "settled_invoice_sale": Switch(
        ACCEPT,
        "accept",
        "the sale behind an invoice or credit note of Fiken's own is set settled",
    ),
    "second_full_credit_note": Switch(
        REFUSE,
        "refuse",
        "a second full credit note for one invoice",
    ),
    # -- invoices ----------------------------------------------------------------------
    "invoice_uuid_is_draft_uuid": Switch(
        YES_NO,
        True,
        "the uuid of a direct invoice is found by invoiceDraftUuid",
    ),
    "create_invoice_location": Switch(
        ("invoice", "sale"),
        "invoice",
        "what the Location of createInvoice names",
        "most clients: the invoice; simonstrumse/vibelabs-skills: the sale",
    ),
    "create_invoice_id": Switch(
        ("new", "draft"),
        "new",
        "the id of an invoice made of a draft: one of its own, or the draft's",
        "simonstrumse/vibelabs-skills: the draft's",
    ),
    "unverified_bank_account": Switch(
        REFUSE,
        "refuse",
        "an invoice with a bank account that Fiken has seen no invoice from",
        "refused with 403 in 2026; Fiken.py's tests finalised with such a one in 2024",
    ),
    "invoicing_decrements_stock": Switch(
        NO_YES,
        False,
        "an invoice line with a product lowers its stock",
    ),
    "delete_used_product": Switch(
        ACCEPT,
        "accept",
        "DELETE of a product that stands on an invoice",
    ),
    # -- sales and purchases -----------------------------------------------------------
    "customer_on_cash_sale": Switch(
        ("ignore", "refuse", "accept"),
        "ignore",
        "customerId on a cash_sale",
    ),
    "due_date_required_external": Switch(
        NO_YES,
        False,
        "an external_invoice without dueDate is refused",
    ),
    "sale_line_project": Switch(
        ("ignore", "refuse"),
        "ignore",
        "projectId on a line of a sale",
    ),
    "draft_line_projects_survive": Switch(
        YES_NO,
        True,
        "projects on the lines of a sale draft reach the sale",
    ),
    "draft_number_becomes_sale_number": Switch(
        YES_NO,
        True,
        "createSale / createPurchase carry invoiceNumber over",
    ),
    "overpayment": Switch(
        ACCEPT, "accept", "a payment larger than what is outstanding"
    ),
    "payment_fee_settles": Switch(
        YES_NO,
        True,
        "the fee of a payment counts towards what the customer owed",
    ),
    "payment_touches_document": Switch(
        YES_NO,
        True,
        "a payment, or its deletion, changes the lastModifiedDate of its document",
    ),
    "payment_delete": Switch(
        ACCEPT,
        "accept",
        "DELETE of a payment (refuse: 405)",
        "405 until about mid-2026, then in Fiken's document",
    ),
    "delete_with_payments": Switch(
        ("reverse", "refuse"),
        "reverse",
        "deleting a sale or purchase that has payments",
    ),
    "purchases_by_contact": Switch(
        ("filter", "ignore", "refuse"),
        "filter",
        "contactId on GET /purchases: one supplier's, all, or 400",
        "in Fiken's document of September 2026, not in that of May",
    ),
    "closed_period_to": Switch(
        "date",
        None,
        "documents dated on or before this day are refused",
    ),
    "before_accounting_start": Switch(
        REFUSE,
        "refuse",
        "documents dated before accountingStartDate",
    ),
    # -- journal entries ---------------------------------------------------------------
    "entries_in_transaction": Switch(
        ("one", "several"),
        "one",
        "what is sent as one journal entry: one, or several in one transaction",
    ),
    "reversal_word": Switch(
        ("Reversering", "Annullering", "Motpostering"),
        "Reversering",
        "what the text of a reversal begins with",
        "a public client that reads whole companies knows a type Annullering",
    ),
    "reversal_date": Switch(
        ("original", "today"),
        "original",
        "the date of a reversal: that of what it takes back, or today's",
    ),
    "reversal_points_back": Switch(
        NO_YES,
        False,
        "a reversal names what it takes back, as that names it",
    ),
    # -- contacts ----------------------------------------------------------------------
    "contacts_put_blanks_groups": Switch(
        NO_YES,
        False,
        "PUT contact without groups or address empties them",
    ),
    "contacts_default_active": Switch(
        NO_YES,
        False,
        "GET /contacts without `inactive` leaves the inactive ones out",
    ),
    # -- tokens, pace, requests --------------------------------------------------------
    "rotate_refresh_tokens": Switch(
        NO_YES,
        False,
        "every refresh gives a new refresh token and ends the old one",
        "Fiken's document: possibly; seen in July 2026: the same one",
    ),
    "access_token_ttl": Switch(
        int,
        86157,
        "seconds that an access token lives",
        "Fiken's document: 86157; about 3600 seen in July 2026",
    ),
    "code_ttl": Switch(int, 600, "seconds that an authorization code lives"),
    "rate_limit": Switch(
        int,
        0,
        "more requests than this in one second get 429 (0: no limit)",
    ),
    "reject_concurrent": Switch(
        YES_NO,
        True,
        "a second request while one is running gets 429",
    ),
    "concurrency_unit": Switch(
        ("token", "user", "app"),
        "token",
        "whose requests count as concurrent",
    ),
    "stale_lists_seconds": Switch(
        int,
        0,
        "a fresh record does not show in lists for so long",
    ),
    "pdf_seconds": Switch(
        int,
        0,
        "the PDF of what was issued is made only so long afterwards",
    ),
    "max_attachment_bytes": Switch(
        int, 0, "larger attachments are refused (0: no limit)"
    ),
    "unknown_body_fields": Switch(
        ("drop", "400"),
        "drop",
        "fields that Fiken's document does not know",
        "Fiken's document: 400; dropped on invoice drafts in June 2026",
    ),
    "unknown_query_parameters": Switch(
        ("drop", "400"),
        "drop",
        "query parameters that the document does not know",
        "several clients: ignored",
    ),
    "null_fields": Switch(
        REFUSE,
        "refuse",
        "null for an optional field that Fiken's document does not call nullable "
        "(currency apart); accepted wherever answers have nulls, see absent_fields",
        "Fiken.py's tests (2024): null as currency of an invoice is accepted",
    ),
    # -- how answers are written: forms.py ---------------------------------------------
    "absent_fields": Switch(
        ("omit", "null", "empty"),
        "omit",
        'fields without a value: left out, null, or "" (free text; all others null)',
        "Fiken's document speaks of null in some answers; a contact recorded by "
        "bringsvor/fikenmcp has null beside values; nobody shows raw documents",
    ),
    "error_shape": Switch(
        ("object", "list"),
        "object",
        "a refusal is one object with a message, or a list of such objects",
        "simenandre/fiken-error-test (2023-04), 400 of validation: "
        '[{"logref": uuid, "message": "Feil ved validering av data: …"}]',
    ),
    "attachments_listed": Switch(
        ("once", "twice"),
        "once",
        "how often an attachment stands in the lists of attachments",
        "nytafar/fiken-cli (2026-09): 78 of 85 sales have each twice, same uuid; "
        "whether GET …/attachments repeats too is not known",
    ),
    "contact_defaults": Switch(
        ("present", "absent"),
        "present",
        "currency, language and address of a contact that came without",
        "required in Leikaab/crudclient's models, tried on a demo company (2024-09); "
        "bringsvor/fikenmcp: NOK, Norwegian",
    ),
    "country_words": Switch(
        ("as_written", "norwegian"),
        "as_written",
        "a country written in English is answered so, or in Norwegian",
        "a contact recorded by bringsvor/fikenmcp has Norge",
    ),
    "location_style": Switch(
        ("absolute", "relative", "trailing-slash"),
        "absolute",
        "how Location is written",
    ),
    "percent_scale": Switch(
        ("hundred", "one"),
        "hundred",
        "vatInPercent and discount on invoice results: 25 or 0.25",
        "Fiken's document says both: a value between 0 and 1, example 25",
    ),
    "vat_type_case": Switch(
        ("upper", "lower"),
        "upper",
        "how vatType is written in answers",
        "lower case seen in answers of products, invoices and sale lines",
    ),
    "spec": Switch(
        ("2026-09", "2026-05"),
        "2026-09",
        "the newer document adds: phone, currency and member number in contacts, "
        "uuid and filename of attachments and their DELETE, DELETE of payments, 201 on "
        "contactPerson, filters contactId and lastModified on purchases, lineId",
        "the types that jonasbarsten/fiken-mcp generated from it",
    ),
}

# One word for one way that Fiken may be: whole test suites run under each.
PRESETS = {
    "null": {"absent_fields": "null"},
    "empty": {"absent_fields": "empty"},
    "lists": {"error_shape": "list"},
    "doubled": {"attachments_listed": "twice"},
    "nb": {"country_words": "norwegian"},
}


class Unknowns(dict):
    """The switches as they stand now.

    :param strict: refuse unknown fields and parameters, also after a reset
    :param preset: how the others stand at the start, and after a reset
    """

    def __init__(self, strict: bool = False, preset: str | None = None):
        super().__init__()
        self._strict_at_start = strict
        self._at_start = {} if preset is None else self._preset(preset)
        self.reset()

    def reset(self) -> None:
        self.update({name: switch.default for name, switch in SWITCHES.items()})
        self.update(self._at_start)
        self.strict(self._strict_at_start)
        self.forms = Forms(self)

    def strict(self, on: bool) -> None:
        self["unknown_body_fields"] = self["unknown_query_parameters"] = (
            "400" if on else "drop"
        )

    def change(self, changes: dict) -> None:
        if not isinstance(changes, dict):
            raise bad_request("Expected an object of switches")
        changes = dict(changes)
        strict = changes.pop("strict", None)
        if "preset" in changes:
            changes = {**self._preset(changes.pop("preset")), **changes}
        for name, value in changes.items():
            self._check(name, value)
        if strict is not None:
            self.strict(bool(strict))
        self.update(changes)
        self.forms = Forms(self)

    @staticmethod
    def _preset(name) -> dict:
        if not isinstance(name, str) or name not in PRESETS:
            raise bad_request(
                f"Unknown preset {name!r}. The presets are: {', '.join(PRESETS)}"
            )
        return PRESETS[name]

    def _check(self, name: str, value) -> None:
        if name not in SWITCHES:
            names = ", ".join(sorted([*SWITCHES, "preset", "strict"]))
            raise bad_request(f"Unknown switch '{name}'. The switches are: {names}")
        choices = SWITCHES[name].choices
        if choices is int:
            fits = isinstance(value, int) and not isinstance(value, bool) and value >= 0
            wanted = "a whole number from 0"
        elif choices == "date":
            fits = value is None or isinstance(value, str) and is_date(value)
            wanted = "null or a date yyyy-MM-dd"
        else:
            # `in` alone would take 1 for True
            fits = any(
                value is choice
                or type(value) is type(choice) is str
                and value == choice
                for choice in choices
            )
            wanted = " or ".join(repr(choice) for choice in choices)
        if not fits:
            raise bad_request(f"Switch '{name}' must be {wanted}, not {value!r}")

    @property
    def newer_spec(self) -> bool:
        return self["spec"] == "2026-09"
