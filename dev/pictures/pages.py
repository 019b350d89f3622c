"""Which pictures there are: the name, the page, and what is pressed before."""

from dataclasses import dataclass

from .browser import PHONE, WIDE
from .scene import LEAST, MANAGER, NEWCOMER

FORM = ".o_form_view .o_form_renderer:not(.o_field_empty)"
LIST = ".o_list_view .o_data_row, .o_list_view .o_view_nocontent"
KANBAN = ".o_kanban_view .o_kanban_record:not(.o_kanban_ghost), .o_view_nocontent"
ROWS = f"{LIST}, {KANBAN}"
MODAL = ".modal .o_form_renderer"
OURS = "/odoo/action-fiken_connector."


@dataclass(frozen=True)
class Picture:
    """A picture of the docs.

    :ivar path: of the page; ``{name}`` is the id of that record of the scene
    :ivar sees: is on the page when it is drawn
    :ivar presses: selectors that are pressed one by one, each then ``sees`` anew
    :ivar then: is on the page after that
    :ivar of: who looks
    :ivar widths: where it differs, or can be reached
    """

    name: str
    path: str
    sees: str = FORM
    presses: tuple = ()
    then: str = ""
    of: str = MANAGER
    widths: tuple = (WIDE, PHONE)


def form(name, action, record, *presses, **values):
    return Picture(name, f"{OURS}{action}/{{{record}}}", FORM, presses, **values)


def listed(name, path, *presses, **values):
    return Picture(name, path, ROWS, presses, **values)


def tab(name):
    return f".o_notebook .nav-link[name={name}]"


def step(name):
    return f"[data-step={name}] > button[aria-expanded=false]"


def activity_tab(number):
    return f".o_view_controller .nav-tabs .nav-item:nth-child({number}) .nav-link"


VENDOR, LEDGER, BOOKS = (
    "fiken_vendor_action",
    "fiken_ledger_action",
    "fiken_company_action",
)
DAY, INVOICES = "fiken_settlement_action", "/odoo/customer-invoices"
OVERVIEW = ".o_fiken_needs"
GUIDE = ".o_fiken_guide .card"

PICTURES = [
    # Where one starts
    Picture("overview", "/odoo/fiken-overview", OVERVIEW),
    Picture("overview-least", "/odoo/fiken-overview", OVERVIEW, of=LEAST),
    Picture("flows", "/odoo/fiken-flows", ".o_fiken_flows, .o_action .card"),
    Picture("guide-start", "/odoo/fiken-overview", GUIDE, of=NEWCOMER),
    Picture("guide", "/odoo/fiken-setup", GUIDE),
    *(
        # The first that is to be done is open, and closes when another one opens.
        Picture(
            f"guide-{name}", "/odoo/fiken-setup", GUIDE, (step("consent"), step(name))
        )
        for name in (
            "app",
            "company",
            "accounts",
            "details",
            "flows",
            "import",
            "first",
        )
    ),
    Picture(
        "guide-consent", "/odoo/fiken-setup", GUIDE, (step("app"), step("consent"))
    ),
    Picture(
        "preview",
        "/odoo/fiken-setup",
        GUIDE,
        (step("consent"), step("first"), "[data-step=first] [data-move]"),
        ".o_fiken_preview",
    ),
    # What needs a person, and what went
    listed("todo", "/odoo/fiken-todo"),
    listed("todo-least", "/odoo/fiken-todo", of=LEAST),
    listed("activity", "/odoo/fiken-activity"),
    listed("activity-under-way", "/odoo/fiken-activity", activity_tab(2)),
    listed("activity-done", "/odoo/fiken-activity", activity_tab(3)),
    # On a phone it is so without being asked.
    listed(
        "activity-kanban", "/odoo/fiken-activity", "button.o_kanban", widths=(WIDE,)
    ),
    listed("activity-least", "/odoo/fiken-activity", of=LEAST),
    form("job-failed", "fiken_job_action", "job_failed"),
    form("job-refused", "fiken_job_action", "job_refused"),
    form("job-blocked", "fiken_job_action", "job_blocked"),
    form("job-day", "fiken_job_action", "job_correction"),
    form("job-done", "fiken_job_action", "job_booked"),
    form("job-blocked-least", "fiken_job_action", "job_blocked", of=LEAST),
    listed("drift", f"{OURS}fiken_drift_action"),
    listed("missing", f"{OURS}fiken_missing_action"),
    # Documents and what they use
    listed("invoices", INVOICES),
    Picture("invoice", f"{INVOICES}/{{booked}}"),
    Picture("invoice-blocked", f"{INVOICES}/{{blocked}}"),
    Picture("invoice-least", f"{INVOICES}/{{blocked}}", of=LEAST),
    Picture("contact", "/odoo/res.partner/{contact}", FORM, (tab("sales_purchases"),)),
    Picture("product", "/odoo/product.product/{product}"),
    # Days
    listed("days", f"{OURS}{DAY}"),
    listed("days-least", f"{OURS}{DAY}", of=LEAST),
    form("day-ready", DAY, "day_ready"),
    form("day", DAY, "day_booked"),
    form("day-compared", DAY, "day_booked", tab("control")),
    form("day-payments", DAY, "day_booked", tab("payments")),
    form("day-groups", DAY, "day_booked", tab("groups")),
    form("day-lines", DAY, "day_booked", tab("lines")),
    form("day-changed", DAY, "day_late"),
    form("correction", DAY, "correction"),
    form("correction-least", DAY, "correction", of=LEAST),
    Picture(
        "read-days", f"{OURS}{DAY}", ROWS, (".o_control_panel button[name]",), MODAL
    ),
    listed("control", "/odoo/fiken-control"),
    # Settings
    form("connection", "fiken_connection_action", "connection"),
    Picture(
        "settings", f"{OURS}fiken_settings_action", ".o_setting_container, .o_form_view"
    ),
    Picture("setup-check", f"{OURS}fiken_setup_check_action"),
    listed("shops", f"{OURS}{VENDOR}"),
    form("shop", VENDOR, "vendor"),
    *(
        form(f"shop-{name}", VENDOR, "vendor", tab(name))
        for name in ("purchases", "payments", "files", "projects", "settlement")
    ),
    Picture(
        "settle-from",
        f"{OURS}{VENDOR}/{{vendor}}",
        FORM,
        (tab("settlement"), "button[name=action_settle_from]"),
        MODAL,
    ),
    listed("ledgers", f"{OURS}{LEDGER}"),
    form("ledger", LEDGER, "ledger"),
    form("ledger-categories", LEDGER, "ledger", tab("categories")),
    form("ledger-means", LEDGER, "ledger", tab("means")),
    listed("ledger-lines", f"{OURS}fiken_ledger_line_action"),
    listed("companies", f"{OURS}{BOOKS}"),
    form("company", BOOKS, "books"),
    form("company-vendors", BOOKS, "books", tab("vendors")),
    form("company-master-data", BOOKS, "books", tab("master_data")),
    form("company-settings", BOOKS, "books", tab("settings")),
    Picture("import-start", f"{OURS}fiken_import_action"),
    listed("import", f"{OURS}fiken_import_line_action"),
    listed("accounts", f"{OURS}fiken_account_action"),
    listed("journals", f"{OURS}fiken_journal_action"),
    listed("taxes", f"{OURS}fiken_tax_action"),
    listed("links", f"{OURS}fiken_binding_action"),
    listed("log", f"{OURS}fiken_log_action"),
]
