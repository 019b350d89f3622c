def existing(records):
    """Those of these records that there are.

    As ``exists``, but what is asked about is read on the way, and what this transaction
    has read is not asked about: it sees the database as it was when it began.
    """
    unread = records.filtered(lambda record: READ not in record._cache)
    unread.sudo().fetch()
    return records.filtered(lambda record: READ in record._cache)


# Every record has it, and nothing but a read of the record puts it there.
READ = "create_date"
