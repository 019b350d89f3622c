"""Note now, write once before the commit.

What a business transaction changes is collected and owed to Fiken in one statement
just before it commits: ten edits are one job, and a rollback forgets them all.
"""


def noted(env, key, kind, flush):
    """What was noted under a key in this transaction, to be added to.

    :param kind: what collects it, made when there is none yet: ``set``, ``dict``
    :param flush: called without arguments before the commit; it calls :func:`take`
    """
    precommit = env.cr.precommit
    if key not in precommit.data:
        precommit.data[key] = kind()
        precommit.add(flush)
    return precommit.data[key]


def take(env, key, nothing=()):
    """What was noted under a key, once; ``nothing`` when there is nothing."""
    return env.cr.precommit.data.pop(key, nothing)


def peek(env, key):
    """What was noted under a key so far, or None; nothing is registered."""
    return env.cr.precommit.data.get(key)
