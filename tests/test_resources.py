"""Every resource says what it is; what it forgot is named here.

A new kind of thing in Fiken is one file: nobody else keeps a list it must get into.
"""

import ast
from pathlib import Path

from odoo.tests import TransactionCase, tagged

from ..models.outbox.fiken_resource import STAGES, FikenResource

ROOT = Path(__file__).resolve().parent.parent
# What is never looked for: it is only read, or the same again does no harm.
NEVER_LOST = {"papers", "reconciled", "known", "stock"}
# Where a resource names another one.
NAMING = ("_booked_as", "_drafted_as", "_papers", "_settled_as", "_sets", "_undoes")
# Odoo's own words for taxes and journals.
ODOO_WORDS = {"sale", "purchase"}


@tagged("post_install", "-at_install")
class TestResources(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.resources = [
            cls.env[name]
            for name in sorted(cls.env.registry)
            if name.startswith("fiken.resource.") and cls.env[name]._resource
        ]
        cls.by_name = {one._resource: one for one in cls.resources}

    def test_it_bears_its_name_and_sends_records_that_there_are(self):
        for resource in self.resources:
            with self.subTest(resource._name):
                self.assertEqual(resource._name, f"fiken.resource.{resource._resource}")
                self.assertIn(resource._record_model, self.env)
                self.assertGreater(resource._priority, 0)

    def test_it_has_a_word_for_lists_and_one_for_the_chatter(self):
        for resource in self.resources:
            with self.subTest(resource._name):
                self.assertTrue(resource._label())
                if resource._notifies and self.is_common(resource, "_notify"):
                    self.assertTrue(resource._done_words())

    def test_it_is_found_by_its_stage(self):
        for resource in self.resources:
            with self.subTest(resource._name):
                self.assertIn(resource._stage, STAGES)
                self.assertIn(
                    resource._resource,
                    resource._names(resource._stage, resource._record_model),
                )
        self.assertEqual({one._stage for one in self.resources}, set(STAGES))

    def test_it_can_be_found_in_fiken(self):
        """When the answer to its write was lost."""
        for resource in self.resources:
            with self.subTest(resource._name):
                never_lost = NEVER_LOST & {resource._stage, resource._resource}
                if self.is_common(resource, "_find") and not never_lost:
                    endpoint = resource._endpoint
                    self.assertTrue(endpoint.path and endpoint.id and endpoint.key)

    def test_whom_it_names_there_is(self):
        for resource in self.resources:
            with self.subTest(resource._name):
                for attribute in NAMING:
                    name = getattr(resource, attribute, "")
                    self.assertIn(name, {"", *self.by_name})

    def test_a_document_and_its_draft_know_each_other(self):
        documents = self.env.registry["fiken.resource.document"]
        for resource in self.resources:
            with self.subTest(resource._name):
                if not isinstance(resource, documents):
                    continue
                booked = self.by_name[resource._booked_as]
                draft = self.by_name[resource._drafted_as]
                self.assertIn(resource, (booked, draft))
                for one, stage in ((booked, "booked"), (draft, "draft")):
                    self.assertEqual(one._stage, stage)
                    self.assertEqual(one._booked_as, booked._resource)
                    self.assertEqual(one._drafted_as, draft._resource)

    def test_every_document_of_odoo_is_booked_by_one_of_them(self):
        types = [
            name
            for name in dict(self.env["account.move"]._fields["move_type"].selection)
            if name != "entry"
        ]
        booked = self.env["fiken.resource"]._names("booked", "account.move")
        for move_type in types:
            for issuer in ("odoo", "fiken"):
                with self.subTest(move_type=move_type, issuer=issuer):
                    move = self.env["account.move"].new(
                        {"move_type": move_type, "fiken_issuer": issuer}
                    )
                    found = [n for n in booked if self.by_name[n]._is_for(move)]
                    self.assertEqual(len(found), 1, found)

    def test_what_the_outbox_asks_every_resource_can_answer(self):
        asked = {
            node.attr
            for path in (ROOT / "models/outbox").glob("*.py")
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Attribute)
            and ast.unparse(node.value).split(".")[-1] == "strategy"
            and node.attr.startswith("_")
        }
        self.assertGreater(len(asked), 10)
        self.assertEqual(asked - vars(FikenResource).keys(), set())

    def test_nobody_keeps_a_list_of_their_names(self):
        lists = [
            f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}"
            for folder in ("models", "wizards", "pages", "controllers", "figures")
            for path in sorted((ROOT / folder).rglob("*.py"))
            for node in ast.walk(ast.parse(path.read_text()))
            if (words := _words(node))
            and words <= self.by_name.keys()
            and words != ODOO_WORDS
        ]
        self.assertFalse(lists, "Ask fiken.resource._names instead")

    def is_common(self, resource, method):
        """Whether a resource leaves this to what all have in common."""
        common = type(self.env["fiken.resource"])
        return getattr(type(resource), method) is getattr(common, method)


def _words(node):
    """The strings of a list that holds two or more of them and nothing else."""
    if not isinstance(node, ast.Tuple | ast.List | ast.Set) or len(node.elts) < 2:
        return None
    if not all(isinstance(one, ast.Constant) for one in node.elts):
        return None
    return {one.value for one in node.elts}
