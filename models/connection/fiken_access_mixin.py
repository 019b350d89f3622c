from odoo import api, models
from odoo.exceptions import UserError

USER = "fiken_connector.group_fiken_user"
MANAGER = "fiken_connector.group_fiken_manager"
# The to-do for what only a person can mend.
WARNING = "mail.mail_activity_data_warning"


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
        managers = self.env.ref(MANAGER).sudo().all_user_ids
        root = self.env.ref("base.user_root")
        managers = managers.filtered(lambda user: user.active and user != root)
        if not companies:
            return managers
        # A branch may have none of its own.
        return next(
            filter(
                None,
                (
                    managers.filtered(lambda user, own=own: own & user.company_ids)
                    for own in (companies, companies._fiken_books())
                ),
            ),
            managers.browse(),
        )

    @api.model
    def _manager_of(self, company, record):
        """A Fiken manager of this company, else the administrator.

        :param record: what they are told about; rather one who may open it
        """
        managers = self._managers_of(company)
        able = managers.filtered(lambda user: self._may_open(user, company, record))
        return (able or managers)[:1] or self.env.ref("base.user_admin")

    @api.model
    def _may_open(self, user, company, record):
        """Whether a person may see this record of a company."""
        if company not in user.company_ids:
            return False
        there = record.with_user(user).with_context(allowed_company_ids=company.ids)
        return there.has_access("read")

    def _notify_managers(self, summary, note, activity_type=WARNING, once=True):
        """A to-do for every Fiken manager.

        :param once: not while the same one is open
        """
        self.ensure_one()
        notified = self.env["res.users"]
        if once:
            notified = self.activity_ids.filtered(lambda todo: todo.summary == summary)
            notified = notified.user_id
        for user in self._managers_of(self._managed_companies()) - notified:
            self.activity_schedule(
                activity_type, summary=summary, note=note, user_id=user.id
            )
