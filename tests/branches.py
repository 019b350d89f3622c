"""What the tests about branches share: a company with a shop in another town."""


class BranchMixin:
    """The company has a branch, and the branch a kiosk below it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.new_branch("Kaffe Bergen", cls.company)
        cls.kiosk = cls.new_branch("Kaffe Bergen kiosk", cls.branch)
        # A branch gets its root's chart at the commit.
        cls.env.flush_all()
        cls.env.cr.precommit.run()
        cls.env.user.company_ids |= cls.branch | cls.kiosk
        cls.env = cls.env(
            context={
                **cls.env.context,
                "allowed_company_ids": (cls.company | cls.branch | cls.kiosk).ids,
            }
        )

    @classmethod
    def new_branch(cls, name, company):
        return (
            cls.env["res.company"]
            .sudo()
            .create(
                {"name": name, "parent_id": company.id, "country_id": cls.norway.id}
            )
        )

    def branch_journal(self, kind, company=None, **values):
        company = company or self.branch
        number = self.env["account.journal"].search_count([])
        return (
            self.env["account.journal"]
            .with_company(company)
            .create(
                {
                    "name": f"{company.name} {kind}",
                    "code": f"B{number}",
                    "type": kind,
                    "company_id": company.id,
                    **values,
                }
            )
        )

    def branch_partner(self, name, company=None, **values):
        return (
            self.env["res.partner"]
            .sudo()
            .create(
                {
                    "name": name,
                    "is_company": True,
                    "country_id": self.norway.id,
                    "company_id": (company or self.branch).id,
                    **values,
                }
            )
        )
