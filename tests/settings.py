"""The settings that resources need: how they go missing, and how people enter them."""

# {resource: the setting without which it stops}; '' when it needs none of its own. A
# new resource says it here.
NEEDS = {
    "invoice_series": "",
    "credit_series": "",
    "contact": "contacts",
    "contact_person": "",
    "product": "accounts",
    "stock": "",
    "project": "",
    "sale": "accounts",
    "sale_gross": "",
    "invoice_pdf": "",
    "sale_draft": "accounts",
    "sale_settled": "",
    "cash_sale": "means",
    "cash_sale_draft": "accounts",
    "invoice_draft": "bank_account",
    "invoice": "invoice_numbers",
    "invoice_papers": "",
    "credit_note": "credit_numbers",
    "credit_note_draft": "accounts",
    "credit_note_papers": "",
    "purchase": "accounts",
    "purchase_draft": "accounts",
    "purchase_settled": "",
    "attachment": "",
    "replaced_file": "",
    "payment": "means",
    "payment_undo": "",
    "settlement": "accounts",
    "settlement_draft": "accounts",
    "settlement_payment": "means",
    "settlement_report": "",
    "journal_entry": "means",
}
# What Fiken's side needs for anything at all.
API_MODULE = dict.fromkeys(NEEDS, "api_module")

# {setting: how it is gone, as if nobody had ever entered it}
GONE = {
    "accounts": "UPDATE fiken_ledger_line SET is_guess = true WHERE kind != 'means'",
    "means": "UPDATE fiken_ledger_line SET is_guess = true WHERE kind = 'means'",
    "bank_account": "UPDATE fiken_vendor SET bank_account_id = NULL",
    "contacts": "UPDATE fiken_company SET customer_sync = 'off', supplier_sync = 'off'",
    "invoice_numbers": "UPDATE fiken_company SET invoice_series_started = false",
    "credit_numbers": "UPDATE fiken_company SET credit_series_started = false",
    "api_module": "UPDATE fiken_company SET has_api_access = false",
}
# Of which Fiken is asked as well.
COUNTERS = {
    "invoice_numbers": "/invoices/counter$",
    "credit_numbers": "/creditNotes/counter$",
}
# Nothing else is needed by those that say they need none.
OF_ODOO = ("accounts", "means", "bank_account")


class SettingsMixin:
    """Settings go missing behind the worker's back, and people enter them again."""

    def take_away(self, env, name):
        for one in [name] if name else OF_ODOO:
            env.flush_all()
            env.cr.execute(GONE[one])
            env.invalidate_all(flush=False)
            env.registry.clear_cache()
            if one in COUNTERS:
                self.sandbox.fault("GET", COUNTERS[one], "status:404")

    def enter_settings(self):
        """What is missing, each in its place; nothing that waits for it is touched."""
        company, vendor = self.fiken_company, self.vendor
        self.sandbox.no_faults()
        vendor.ledger_id.line_ids.filtered("is_guess").action_accept()
        if not vendor.bank_account_id:
            vendor.bank_account_id = self.bank_of_invoices
        if company.customer_sync == "off":
            company.write({"customer_sync": "used", "supplier_sync": "used"})
        if not company.has_api_access:
            with self.as_cron():
                self.connection.action_test()
        for name in ("invoice_series_started", "credit_series_started"):
            if not company[name]:
                # As when Fiken is asked and says so.
                company.sudo()[name] = True
        self.commit()
        self.env.invalidate_all()
