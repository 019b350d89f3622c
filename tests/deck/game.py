"""From the cards to the books."""

CHUNK = 50


def play(world, cards, send, say=None):
    """Make the documents, send them, edit what is a draft in Fiken, and book it.

    :param send: runs the worker until nothing is due
    :param say: told how far it is
    """
    for number, one in enumerate(cards, 1):
        world.play(one)
        if say and (number % CHUNK == 0 or number == len(cards)):
            say(f"{number} of {len(cards)} cards played")
    send()
    world.edit_drafts()
    send()
    drafts = world.moves.filtered(lambda move: move.fiken_state == "draft")
    if drafts:
        drafts.action_fiken_book()
    send()
