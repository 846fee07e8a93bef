"""What went wrong on the way to a vendor, told to its clients in its own form."""

from pydantic_core import to_json

from fluxgate_app.errors import Blocked, ProviderFailed
from fluxgate_app.gateway.forms import Form
from fluxgate_app.providers.catalogue import Model
from fluxgate_app.tracking import wire
from fluxgate_app.tracking.failures import masked


class Refused(Exception):
    """The vendor answered with an error; to the tracking it looks like the one that its SDK would raise."""

    def __init__(self, status: int, body: bytes):
        self.text = body.decode("utf-8", "replace")
        super().__init__(self.text)
        self.status_code = status
        self.body = wire.read(body)

    def told(self, form: Form, model: Model) -> bytes:
        """The vendor's own words without any key; ours where something else answered in its place."""
        if self.body is None or "error" not in self.body:
            return to_json(form.refusal(self.status_code, _broken(model)))
        return masked(self.text, model.provider.api_key).encode()


def unanswered(error: Exception, model: Model) -> ProviderFailed:
    """What to say of a vendor that could not be reached, or fell silent."""
    if isinstance(error, TimeoutError):
        return ProviderFailed(_broken(model), 504, "timeout")
    return ProviderFailed(_broken(model), 502, "connection")


def failed_event(error: Exception, form: Form, model: Model) -> bytes:
    """The same in the middle of a stream; also that a rule of ours ended it."""
    failed = error if isinstance(error, Blocked) else unanswered(error, model)
    return form.error_event(failed.status, failed.message)


def _broken(model: Model) -> str:
    return f"{model.provider.title} service error. Please try again."
