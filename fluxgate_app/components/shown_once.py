"""A secret just made, which nobody can show again."""

import reflex as rx

rx.asset("clipboard.js", shared=True)


class ShownOnce(rx.NoSSRComponent):
    """Nothing until there is a `secret`; then that, to be copied, until the reader has it or leaves.

    `on_kept` says at once that the State need not keep it. `trial` is what follows `curl` and this server's address.
    """

    library = rx.asset("shown_once.jsx", shared=True).importable_path
    tag = "ShownOnce"

    secret: rx.Var[str]
    title: rx.Var[str]
    words: rx.Var[str]
    label: rx.Var[str]
    trial: rx.Var[str]
    on_kept: rx.EventHandler[rx.event.no_args_event_spec]


shown_once = ShownOnce.create
