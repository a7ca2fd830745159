"""What can go wrong, as the person at the keyboard sees it: one line, a hint, an exit code."""


class DigestError(Exception):
    """Something failed. `message` says what and why in one line, `hint` what to do next; exit code 1."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(DigestError):
    """An option, a setting or a file that a person wrote cannot be meant as it stands; exit code 2."""

    exit_code = 2


class TryLaterError(DigestError):
    """A limit, GitHub's trouble or the network: the same command works later; exit code 3."""

    exit_code = 3
