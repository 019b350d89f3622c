"""On which accounts products were when the sessions that sold them were closed."""


class Past:
    """Former accounts and categories, as of a moment.

    A moment after which nothing was changed is None: what is now holds.
    """

    def __init__(self, env, closed):
        """:param closed: {session: when it was closed (naive UTC), None while open}"""
        self.env = env
        moments = [moment for moment in closed.values() if moment]
        Former = env["fiken.former.value"]
        self.changes = Former._after(min(moments)) if moments else {}
        newest = max((rows[-1][0] for rows in self.changes.values()), default=None)
        self.moments = {
            session_id: moment if moment and newest and moment < newest else None
            for session_id, moment in closed.items()
        }

    def income(self, product, moment):
        """(account, the product's own one, category) at a moment."""
        template = product.product_tmpl_id
        if moment is None:
            account = product._get_product_accounts()["income"]
            return account, template.property_account_income_id, template.categ_id
        category = self._value(template, "categ_id", moment)
        own = self._value(template, "property_account_income_id", moment)
        company = template.company_id or product.env.company
        account = own or self._value(
            category, "property_account_income_categ_id", moment
        )
        if not account:
            account = self._value(company, "income_account_id", moment)
        return account, own, category

    def of_till(self, journal, moment):
        """The account of what has none of its own, at a moment."""
        if moment is None:
            return journal.default_account_id
        return self._value(journal, "default_account_id", moment)

    def _value(self, record, name, moment):
        whose = self.env["fiken.former.value"]._whose(record, name)
        key = (record._name, record.id, name, whose)
        for until, value in self.changes.get(key, ()):
            if moment < until:
                return record[name].browse(value or [])
        return record[name]
