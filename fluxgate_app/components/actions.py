"""What can be done with one thing of a list."""

import reflex as rx

rx.asset("busy.js", shared=True)


class Actions(rx.Component):
    """Buttons; `choices` are {act, label}, with {ask, sure} where it asks first. `about` names the thing to readers.

    They are off from a press until `number` changes.
    """

    library = rx.asset("actions.jsx", shared=True).importable_path
    tag = "Actions"

    about: rx.Var[str]
    choices: rx.Var[list[dict[str, str]]]
    number: rx.Var[int]
    on_act: rx.EventHandler[rx.event.passthrough_event_spec(str)]


actions = Actions.create
