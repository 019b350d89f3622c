def existing(records):
    """Those of these records that there are.

    As ``exists``, but what is asked about is read on the way, and what this transaction
    has read is not asked about: it sees the database as it was when it began.
    """
    unread = records.filtered(lambda record: READ not in record._cache)
    unread.sudo().fetch()
    return records.filtered(lambda record: READ in record._cache)


def record_names(pointers):
    """{pointer: the name of the record that it points to, or "-"}, at once for all.

    :param pointers: records with ``res_model`` and ``res_id``
    """
    names = {}
    for model, group in pointers.grouped("res_model").items():
        there = {}
        if model in pointers.env:
            records = pointers.env[model].browse(set(group.mapped("res_id")))
            there = {one.id: one.display_name for one in existing(records.sudo())}
        names.update({one: there.get(one.res_id, "-") for one in group})
    return names


# Every record has it, and nothing but a read of the record puts it there.
READ = "create_date"
