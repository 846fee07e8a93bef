"""The choice of the interface's language."""

import reflex as rx

from fluxgate_app.components import texts

# Its script imports theirs.
NEEDS = (texts,)


class LanguageSelect(rx.Component):
    """For this browser; it needs no State, as every word is looked up there."""

    library = rx.asset("language_select.jsx", shared=True).importable_path
    tag = "LanguageSelect"


language_select = LanguageSelect.create
