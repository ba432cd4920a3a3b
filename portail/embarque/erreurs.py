"""What can prevent the embedded services from running, in one sentence for the person who typed the command."""


class EmbarqueErreur(Exception):
    """The sentence says what is wrong and what to do."""
