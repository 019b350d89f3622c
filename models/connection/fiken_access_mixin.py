from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

USER = "fiken_connector.group_fiken_user"
MANAGER = "fiken_connector.group_fiken_manager"


class FikenAccessMixin(models.AbstractModel):
    """Who may press a button, and which Fiken manager is told what went wrong."""

    _name = "fiken.access.mixin"
    _description = "Fiken Users and Managers"

    def _check_user(self):
        """Fiken users only, and of companies whose records these are.

        What a button does goes on as the system, so it is checked here.
        """
        if not self.env.su and not self.env.user.has_group(USER):
            raise UserError(self.env._("Only a Fiken user may do this."))
        self.check_access("read")

    def _check_manager(self, operation="write"):
        """Managers only, and of a company that this record serves.

        :param operation: what they may do with it themselves
        """
        self.ensure_one()
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise UserError(self.env._("Only a Fiken manager may do this."))
        self.check_access(operation)

    def _managed_companies(self):
        """The companies whose managers are told about this record."""
        return self.company_id

    @api.model
    def _managers_of(self, companies):
        """The Fiken managers of one of these companies; all when there are none."""
        users = self.env["res.users"].sudo()
        group_id = self.env["ir.model.data"]._xmlid_to_res_id(MANAGER)
        managers = Domain("all_group_ids", "in", [group_id]) & Domain(
            "id", "!=", SUPERUSER_ID
        )
        managers &= Domain("active", "=", True)
        if not companies:
            return users.search_fetch(managers)
        own = users.search_fetch(managers & Domain("company_ids", "in", companies.ids))
        # A branch may have none of its own.
        books = companies._fiken_books()
        if own or books <= companies:
            return own
        return users.search_fetch(managers & Domain("company_ids", "in", books.ids))

    @api.model
    def _manager_of(self, company, record):
        """A Fiken manager of this company, else the administrator.

        :param record: what they are told about; rather one who may open it
        """
        managers = self._managers_of(company)
        able = managers.filtered(
            lambda user: any(self._may_open(user, one, record) for one in company)
        )
        return (able or managers)[:1] or self.env.ref("base.user_admin")

    @api.model
    def _may_open(self, user, company, record):
        """Whether a person may see this record of a company."""
        if company not in user.company_ids:
            return False
        there = record.with_user(user).with_context(allowed_company_ids=company.ids)
        return there.has_access("read")

    def _notify_managers(self, cause, title, text, kind="connection", **values):
        """A to-do for a Fiken manager, while there is none for this cause here.

        :param cause: what it is, in a word; :meth:`_cured` closes it
        :param title, text: sentences, which their reader reads in their language
        """
        self.ensure_one()
        companies = self._managed_companies()
        return self.env["fiken.todo"]._tell(
            self._cause(cause),
            text,
            heading=title,
            record=self,
            user=self._manager_of(companies, self),
            kind=kind,
            company_id=companies.id if len(companies) == 1 else False,
            **self._todo_owner(),
            **values,
        )

    def _cured(self, *causes):
        """These are gone on all of these records; without any, all that there are."""
        for record in self:
            if causes:
                gone = Domain("cause", "in", [record._cause(one) for one in causes])
            else:
                gone = Domain("cause", "=like", record._cause("%"))
            self.env["fiken.todo"]._end(gone)

    def _cause(self, cause):
        return f"{self._name}:{self.id}:{cause}"

    def _todo_owner(self):
        """Whose the to-do is: {field: id}."""
        return {}
