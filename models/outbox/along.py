"""What is read at once for all records of a batch, and kept for its transaction."""


def read_along(record, key, read):
    """What is known of a record, read at once for all that were browsed with it.

    The worker builds a hundred documents in a row. It is kept until the transaction
    ends or :func:`forget_along` is called.

    :param tuple key: what tells this knowledge from other knowledge
    :param read: takes records, returns {record id: what is known}
    """
    kept = record.env.cr.precommit.data.setdefault("fiken_along", {})
    known = kept.setdefault((record._name, *key), {})
    if record.id not in known:
        records = record.browse(record._prefetch_ids) | record
        known.update(dict.fromkeys(records.ids))
        known.update(read(records))
    return known.get(record.id)


def forget_along(env):
    env.cr.precommit.data.pop("fiken_along", None)
