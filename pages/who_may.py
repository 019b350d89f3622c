"""Who may do what the reader may not."""

# Of more than these nobody wants the names.
NAMED = 3


def names(env, group, companies):
    """The names of some people of a group in these companies."""
    people = (
        env["res.users"]
        .sudo()
        .search_fetch(
            [
                ("all_group_ids", "in", env.ref(group).id),
                ("company_ids", "in", companies.ids),
            ],
            ["name"],
            limit=NAMED,
        )
    )
    return people.mapped("name")
