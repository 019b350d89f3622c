"""Who may do what the reader may not."""

from odoo.fields import Domain

# Of more than these nobody wants the names.
NAMED = 3


def names(env, groups, companies=None):
    """The names of some people who are in one of these groups.

    :param groups: records, or the external id of one
    :param companies: in which they work; everywhere when there are none
    """
    if isinstance(groups, str):
        ids = [env["ir.model.data"]._xmlid_to_res_id(groups, raise_if_not_found=True)]
    else:
        ids = groups.ids
    domain = Domain("all_group_ids", "in", ids)
    if companies:
        domain &= Domain("company_ids", "in", companies.ids)
    people = (
        env["res.partner"]
        .sudo()
        .search_fetch(
            Domain("user_ids", "any", domain), ["name"], limit=NAMED, order="name, id"
        )
    )
    return people.mapped("name")


def writers(env, model):
    """The groups whose people may change records of a model."""
    rights = env["ir.model.access"].sudo()
    return rights.search(
        [("model_id.model", "=", model), ("perm_write", "=", True)]
    ).group_id


def ask(env, found):
    """*Ask Kari, Ola*; nothing where there is nobody to ask."""
    return env._("Ask %(names)s", names=", ".join(found)) if found else ""
