"""The words of the interface, in `english.js` and `german.js`: what a page says is looked up in the browser."""

from typing import Any

import reflex as rx
from reflex_base.utils.imports import ImportVar
from reflex_base.vars.base import VarData

for _part in ("english.js", "german.js"):
    rx.asset(_part, shared=True)

_LIBRARY = rx.asset("texts.js", shared=True).importable_path
_LOOKED_UP = VarData(imports={_LIBRARY: [ImportVar(tag="useTexts")]}, hooks={"const say = useTexts();": None})


def say(name: str, *values: Any) -> rx.Var[str]:
    """The text of this name in the reader's language; one that depends on values is given them, Vars or not."""
    told = [rx.Var.create(value) for value in values]
    expression = f"say.{name}({', '.join(map(str, told))})" if told else f"say.{name}"
    needs = VarData.merge(_LOOKED_UP, *(one._get_all_var_data() for one in told))
    return rx.Var(_js_expr=expression, _var_type=str, _var_data=needs)
