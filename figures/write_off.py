"""How what an entry wrote off is shared out over the claims that it settles.

Pure Python: no records, no database. A claim is settled by money and by what was
written off of it: a bank's fee, a difference. The money of all claims of an entry is
what the bank moved.
"""

from decimal import Decimal

from ..fiken_api import money


def share_out(claims, offs):
    """Share an entry's write-offs out over its claims.

    What was written off goes to the claims in their order, each as far as it reaches;
    what they cannot hold is the first one's. Claims that are added at the end change
    nothing for those before them.

    :param claims: øre each; what goes the other way than the whole, such as a refund
        in the same bank line, has the other sign and takes no part
    :param offs: øre each: of the sign of the claims what was paid less than them, of
        the other one what was paid more
    :return: for each claim its part of each write-off; the rest of the claim is money
    """
    side = -1 if sum(claims) < 0 else 1
    own = [index for index, claim in enumerate(claims) if claim * side > 0]
    own = own or [index for index, claim in enumerate(claims) if claim]
    parts = [[0] * len(offs) for _claim in claims]
    if not own:
        return parts
    room = [abs(claim) for claim in claims]
    # What was paid more makes room for what was paid less.
    for number, off in sorted(enumerate(offs), key=lambda one: one[1] * side > 0):
        left = abs(off)
        sign = -1 if off < 0 else 1
        if sign == side:
            for index in own:
                taken = min(left, room[index])
                parts[index][number] += sign * taken
                room[index] -= taken
                left -= taken
        if left:
            parts[own[0]][number] += sign * left
            room[own[0]] += 0 if sign == side else left
    return parts


def portion(amount, part, whole):
    """What ``part`` of ``whole`` is of an amount in another currency; all integers."""
    return money.round_half_up(Decimal(amount) * part / whole) if whole else 0
