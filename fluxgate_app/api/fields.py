"""What the bodies and answers of the API are made of, exactly as strict as the OpenAPI document says."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, StrictBool, StringConstraints
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

# What no id looks like is not looked for.
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{1,100}$")]
# For the document: a text of blanks names nothing, which is refused in better words than a pattern's.
NOT_BLANK: Any = {"pattern": r"\S"}
Flag = StrictBool


class Camel(BaseModel):
    """A body or an answer, in camelCase on the wire."""

    model_config = ConfigDict(alias_generator=to_camel)


def _number(given: Any) -> Any:
    if isinstance(given, int | float) and not isinstance(given, bool):
        return given
    raise PydanticCustomError("number", "must be a number")


# For a Decimal: money is a number in JSON, never a text.
NUMBER = BeforeValidator(_number)
