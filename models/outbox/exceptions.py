"""What ends a job's turn without deciding anything about it."""


class NotYet(Exception):
    """What must be known first is being read; the job is as due as before."""
