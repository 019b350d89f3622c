"""Who may do what the reader may not."""

# Of more than these nobody wants the names.
NAMED = 3


def names(env, groups, companies=None):
    """The names of some people who are in one of these groups.

    :param groups: records, or the external id of one
    :param companies: in which they work; everywhere when there are none
    """
    if isinstance(groups, str):
        groups = env.ref(groups)
    domain = [("all_group_ids", "in", groups.ids)]
    if companies:
        domain.append(("company_ids", "in", companies.ids))
    people = env["res.users"].sudo().search_fetch(domain, ["name"], limit=NAMED)
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
