"""Everything that FluxGate itself refuses, in one short tree.

FluxGateError
├── SettingError            a setting has a value that is not allowed
├── DatabaseError           the database is unreachable, or newer than this code
├── PortTaken               another program listens where we should
├── BuildFailed             the pages could not be built
├── BackupFailed            the database could not be copied, or put back
├── Unauthorized            nobody is signed in, or the key is unknown, expired or revoked
├── Forbidden               signed in, but not allowed to do this
├── NotFound                it does not exist, or belongs to somebody else
├── Invalid                 the request has not the form it must have
├── Conflict                it cannot be done now, as something else is under way
├── Unavailable             a setting has yet to switch it on
├── Blocked                 a rule of ours lets a call not happen, or not go on
├── RateLimited             our own limit; the message says when to come back
└── ProviderFailed          the provider refused or broke; the message is safe to show
"""


class FluxGateError(Exception):
    """The root: `message` is safe to show to anybody, `status` is the HTTP status it answers with."""

    status = 500

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message


class SettingError(FluxGateError):
    """A setting has a value that is not allowed; the message names it and says what is."""


class DatabaseError(FluxGateError):
    """The database cannot be used: unreachable, or migrated by newer code."""

    status = 503


class PortTaken(FluxGateError):
    """Another program already listens on the address we were told to serve on."""


class BuildFailed(FluxGateError):
    """The pages could not be built; the message ends with what the build said."""


class BackupFailed(FluxGateError):
    """The database could not be copied or put back; the message says why."""


class Unauthorized(FluxGateError):
    """Nobody is signed in, or the session or key is unknown, expired or revoked."""

    status = 401

    def __init__(self, message: str = "Unauthorized"):
        super().__init__(message)


class Forbidden(FluxGateError):
    """Known, but not allowed: a wrong role or scope, a closed sign-up, a foreign origin."""

    status = 403

    def __init__(self, message: str = "Forbidden"):
        super().__init__(message)


class NotFound(FluxGateError):
    """There is no such thing, or it belongs to somebody else: both look the same from outside."""

    status = 404

    def __init__(self, message: str = "Not found"):
        super().__init__(message)


class Invalid(FluxGateError):
    """The request does not have the form it must have; nothing was changed."""

    status = 400


class Conflict(FluxGateError):
    """It cannot be done as things stand; the message says what is in the way."""

    status = 409


class Unavailable(FluxGateError):
    """It is off until a setting is made; the message names the setting."""

    status = 503


class RateLimited(FluxGateError):
    """Our own limit was reached; `retry_after` is in whole seconds (spec section 5)."""

    status = 429

    def __init__(self, retry_after: int, limit: int):
        super().__init__(f"Rate limit exceeded. Please wait {retry_after} seconds.")
        self.retry_after = retry_after
        self.limit = limit


class Blocked(FluxGateError):
    """A rule of ours lets a call not happen, or not go on; asking again soon does not help.

    `code` says in one word which, and is recorded as the error type of a call that was cut. `tracking_id` names it.
    """

    def __init__(self, message: str, status: int = 429, code: str = "budget"):
        super().__init__(message)
        self.status = status
        self.code = code
        self.tracking_id: str | None = None


class ProviderFailed(FluxGateError):
    """The provider refused or broke; `status` and `message` are those of spec section 5, never the vendor's text.

    `tracking_id` names the recorded call, where there was one.
    """

    def __init__(self, message: str, status: int, code: str, retry_after: float | None = None):
        super().__init__(message)
        self.status = status
        self.code = code
        self.retry_after = retry_after
        self.tracking_id: str | None = None
