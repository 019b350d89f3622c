"""What nobody outside Fiken knows, and what Fiken changed over time, as switches.

Each entry: the choices (or a type), the default, and what it means. A product that is
right here must be right with each switch either way.
"""

from .dates import is_date
from .errors import bad_request

ACCEPT = ("accept", "refuse")
NO_YES = (False, True)

# name: (choices or a check, default, meaning)
SWITCHES = {
    "account_1901": (ACCEPT, "accept", "1901 (cash) as payment account"),
    "negative_lines": (
        ACCEPT,
        "accept",
        "negative amounts on lines of invoices, sales and purchases",
    ),
    "nok_of_foreign_lines": (
        ("given", "own_rate"),
        "given",
        "what is booked of lines that carry NOK beside another currency",
    ),
    "zero_total": (
        ACCEPT,
        "accept",
        "a sale or purchase whose lines add up to nothing",
    ),
    "rounding_account_on_sales": (
        ACCEPT,
        "accept",
        "7740 as the account of a sale line",
    ),
    "balance_accounts_on_sales": (
        ACCEPT,
        "accept",
        "1xxx and 2xxx as the account of a sale line",
    ),
    "vat_tolerance_ore": (int, 0, "how far a line's vat may be from netPrice × rate"),
    "unique_sale_number": (
        NO_YES,
        False,
        "a saleNumber that a live sale has already is refused",
    ),
    "unique_purchase_identifier": (
        NO_YES,
        False,
        "an identifier that the supplier has already is refused",
    ),
    "repeated_draft_uuid": (
        ("duplicate", "refuse", "overwrite"),
        "duplicate",
        "a draft with a uuid that another draft has",
    ),
    "repeated_invoice_uuid": (
        ("duplicate", "refuse"),
        "duplicate",
        "an invoice with a uuid that another invoice has",
    ),
    "invoice_uuid_is_draft_uuid": (
        NO_YES[::-1],
        True,
        "the uuid of a direct invoice is found by invoiceDraftUuid",
    ),
    "create_invoice_location": (
        ("invoice", "sale"),
        "invoice",
        "what the Location of createInvoice names",
    ),
    "closed_period_to": (
        "date",
        None,
        "documents dated on or before this day are refused",
    ),
    "before_accounting_start": (
        ("refuse", "accept"),
        "refuse",
        "documents dated before accountingStartDate",
    ),
    "invoicing_decrements_stock": (
        NO_YES,
        False,
        "an invoice line with a product lowers its stock",
    ),
    "delete_used_product": (
        ACCEPT,
        "accept",
        "DELETE of a product that stands on an invoice",
    ),
    "customer_on_cash_sale": (
        ("ignore", "refuse", "accept"),
        "ignore",
        "customerId on a cash_sale",
    ),
    "due_date_required_external": (
        NO_YES,
        False,
        "an external_invoice without dueDate is refused",
    ),
    "sale_line_project": (
        ("ignore", "refuse"),
        "ignore",
        "projectId on a line of a sale",
    ),
    "draft_line_projects_survive": (
        NO_YES[::-1],
        True,
        "projects on the lines of a sale draft reach the sale",
    ),
    "draft_number_becomes_sale_number": (
        NO_YES[::-1],
        True,
        "createSale / createPurchase carry invoiceNumber over",
    ),
    "second_full_credit_note": (
        ("refuse", "accept"),
        "refuse",
        "a second full credit note for one invoice",
    ),
    "overpayment": (ACCEPT, "accept", "a payment larger than what is outstanding"),
    "payment_fee_settles": (
        NO_YES[::-1],
        True,
        "the fee of a payment counts towards what the customer owed",
    ),
    "payment_touches_document": (
        NO_YES[::-1],
        True,
        "a payment, or its deletion, changes the lastModifiedDate of its document",
    ),
    "payment_delete": (ACCEPT, "accept", "DELETE of a payment (refuse: 405)"),
    "delete_with_payments": (
        ("reverse", "refuse"),
        "reverse",
        "deleting a sale or purchase that has payments",
    ),
    "contacts_put_blanks_groups": (
        NO_YES,
        False,
        "PUT contact without groups or address empties them",
    ),
    "contacts_default_active": (
        NO_YES,
        False,
        "GET /contacts without `inactive` leaves the inactive ones out",
    ),
    "rotate_refresh_tokens": (
        NO_YES,
        False,
        "every refresh gives a new refresh token and ends the old one",
    ),
    "access_token_ttl": (int, 86157, "seconds that an access token lives"),
    "code_ttl": (int, 600, "seconds that an authorization code lives"),
    "rate_limit": (
        int,
        0,
        "more requests than this in one second get 429 (0: no limit)",
    ),
    "reject_concurrent": (
        NO_YES[::-1],
        True,
        "a second request while one is running gets 429",
    ),
    "concurrency_unit": (
        ("token", "user", "app"),
        "token",
        "whose requests count as concurrent",
    ),
    "stale_lists_seconds": (
        int,
        0,
        "a fresh record does not show in lists for so long",
    ),
    "max_attachment_bytes": (int, 0, "larger attachments are refused (0: no limit)"),
    "location_style": (
        ("absolute", "relative", "trailing-slash"),
        "absolute",
        "how Location is written",
    ),
    "percent_scale": (
        ("hundred", "one"),
        "hundred",
        "vatInPercent and discount on invoice results: 25 or 0.25",
    ),
    "vat_type_case": (("upper", "lower"), "upper", "how vatType is written in answers"),
    "unknown_body_fields": (
        ("drop", "400"),
        "drop",
        "fields that Fiken's document does not know",
    ),
    "unknown_query_parameters": (
        ("drop", "400"),
        "drop",
        "query parameters that the document does not know",
    ),
    "spec": (
        ("2026-09", "2026-05"),
        "2026-09",
        "the newer document adds: phone, currency and member number in contacts, "
        "uuid and filename of attachments and their DELETE, DELETE of payments, 201 on "
        "contactPerson, filters contactId and lastModified on purchases, lineId",
    ),
}


class Unknowns(dict):
    """The switches as they stand now."""

    def __init__(self, strict: bool = False):
        super().__init__()
        self._strict_at_start = strict
        self.reset()

    def reset(self) -> None:
        self.update({name: default for name, (_, default, _) in SWITCHES.items()})
        self.strict(self._strict_at_start)

    def strict(self, on: bool) -> None:
        self["unknown_body_fields"] = self["unknown_query_parameters"] = (
            "400" if on else "drop"
        )

    def change(self, changes: dict) -> None:
        if not isinstance(changes, dict):
            raise bad_request("Expected an object of switches")
        changes = dict(changes)
        strict = changes.pop("strict", None)
        for name, value in changes.items():
            self._check(name, value)
        if strict is not None:
            self.strict(bool(strict))
        self.update(changes)

    def _check(self, name: str, value) -> None:
        if name not in SWITCHES:
            names = ", ".join(sorted([*SWITCHES, "strict"]))
            raise bad_request(f"Unknown switch '{name}'. The switches are: {names}")
        choices = SWITCHES[name][0]
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
