"""What kept sentences have in common: many that say the same are one cause.

What Fiken answered belongs to the cause. Names, dates and amounts do not: they tell
which record, account or line it is this time.
"""

import hashlib

# The values of our sentences that are an answer of another system.
ANSWERS = ("error", "message", "reason", "status")
# Of more different values than these the rest is left out.
LISTED = 5


def cause_of(kept):
    """A word that is the same for sentences of one cause; '' of none.

    :param kept: as ``sentence.stored`` gives it
    """
    return hashlib.sha1(_core(kept).encode()).hexdigest()[:16] if kept else ""


def together(sentences):
    """Those of one cause as one sentence that lists what differs; None of none."""
    first, *others = sentences or [None]
    for other in others:
        first = _both(first, other)
    return first


def _core(kept):
    source, args, kind = kept
    if isinstance(kind, dict):
        # A plain text among sentences is a list of names.
        return "\n".join(_core(part) for part in args if part[2] is not None)
    parts = [source]
    for name, value in _items(args):
        if isinstance(value, list):
            # A name may be a sentence, too; a text for an answer is the answer.
            if name in ANSWERS or value[2] is not None:
                parts.append(_core(value))
        elif name in ANSWERS:
            parts.append(str(value))
    return "\n".join(parts)


def _both(one, other):
    if one == other or not other or not one:
        return one or other
    source, args, kind = one
    if kind is None and other[2] is None:
        texts = source.split(", ")
        if len(texts) > LISTED or other[0] in texts:
            return one
        return [f"{source}, {other[0]}", None, None]
    if source != other[0] or _shape(args) != _shape(other[1]):
        return one
    if not args:
        return one
    if isinstance(kind, dict):
        parts = [_both(*pair) for pair in zip(args, other[1], strict=True)]
        return [source, parts, kind]
    if isinstance(args, dict):
        values = {name: _both_values(args[name], other[1][name]) for name in args}
    else:
        values = [_both_values(*pair) for pair in zip(args, other[1], strict=True)]
    return [source, values, kind]


def _both_values(one, other):
    if one == other:
        return one
    if isinstance(one, list) and isinstance(other, list) and one[0] == other[0]:
        return _both(one, other)
    listed = _as_list(one)
    for value in _as_list(other):
        if value not in listed and len(listed) <= LISTED:
            listed = [*listed, value if len(listed) < LISTED else "…"]
    return {"list": listed}


def _as_list(value):
    return value["list"] if isinstance(value, dict) and "list" in value else [value]


def _items(args):
    """As the database orders names in its own way, in one of ours."""
    if isinstance(args, dict):
        return sorted(args.items())
    return list(enumerate(args or ()))


def _shape(args):
    return set(args) if isinstance(args, dict) else len(args or ())
