"""dev/screenshots shows every page of ours: what the menu leads to, and each tab."""

from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent.parent
SHOWN = ROOT / "dev" / "pictures" / "pages.py"
FORMS = {
    "fiken_vendor_view_form",
    "fiken_vendor_view_form_settlement",
    "fiken_ledger_view_form",
    "fiken_company_view_form",
    "fiken_settlement_view_form",
}
# A form opens on it.
FIRST = {"sales", "accounts", "preview"}


def views():
    for path in (*ROOT.glob("views/*.xml"), *ROOT.glob("wizards/*.xml")):
        yield from ElementTree.parse(path).iter("record")


def test_every_page_of_the_menu_has_a_picture():
    shown = SHOWN.read_text()
    menus = ElementTree.parse(ROOT / "views" / "fiken_menus.xml")
    paths = {
        record.get("id"): field.text
        for record in views()
        for field in record.findall("field[@name='path']")
    }
    actions = {menu.get("action") for menu in menus.iter("menuitem")} - {None}
    missing = {
        action
        for action in actions
        if action not in shown and paths.get(action, action) not in shown
    }
    assert not missing, f"dev/pictures/pages.py shows no page of {missing}"


def test_every_tab_of_a_form_has_a_picture():
    shown = SHOWN.read_text()
    tabs = {
        page.get("name")
        for record in views()
        if record.get("id") in FORMS
        for page in record.iter("page")
    }
    assert tabs >= FIRST, "the forms have other names now"
    missing = {name for name in tabs - FIRST if f'"{name}"' not in shown}
    assert not missing, f"dev/pictures/pages.py shows no tab {missing}"
