"""A conversation to read and to go on with, for any page whose State builds on `StreamingReply`."""

from typing import Any

import reflex as rx

from fluxgate_app.components.composer import composer
from fluxgate_app.components.texts import say
from fluxgate_app.components.transcript import transcript

PLACEHOLDER = say("typeYourMessage")
WELCOME = say("welcome")
SUGGESTED = say("suggested").to(list[str])


def chat(
    state: Any,
    most: Any,
    *beside_send: rx.Component,
    note: Any = "",
    place: Any = None,
    placeholder: Any = PLACEHOLDER,
    welcome_message: Any = WELCOME,
    suggested: Any = SUGGESTED,
    persona: Any = "",
) -> rx.Component:
    """The transcript and the composer of this State.

    `most` is how long a message may be, in code points; `note` stands below the composer,
    `place` is the address that the State has opened, where that can change. `suggested` are questions to begin with,
    `persona` is the named system prompt with which conversations are answered that begin here.
    """
    return rx.el.div(
        transcript(
            feed=state.feed,
            piece=state.piece,
            trouble=state.error,
            welcome=welcome_message,
            on_gap=state.gap,
            on_retry=state.retry,
            on_go_on=state.go_on,
            on_edit=state.edit,
            on_look_at=state.look_at,
            on_remove=state.remove,
            on_rate=state.rate,
        ),
        composer(
            *beside_send,
            **({} if place is None else {"place": place}),
            account=state.account,
            conversation=state.conversation,
            placeholder=placeholder,
            suggested=suggested,
            most=most,
            running=state.loading,
            accepted=state.accepted,
            refused=state.refused,
            allowance=state.allowance,
            budget=state.budget,
            note=note,
            on_send=lambda text, files: state.send(text, files, persona),
            on_stop=state.stop,
        ),
        class_name="chat",
    )


def model_select(models: Any, chosen: Any, on_choose: Any) -> rx.Component:
    """Every model by provider; `models` are groups of `title` and `models` (`id`, `label`)."""

    def option(model: Any) -> rx.Component:
        return rx.el.option(model.label, value=model.id)

    def group(provider: Any) -> rx.Component:
        return rx.el.optgroup(rx.foreach(provider.models, option), label=provider.title)

    return rx.el.select(
        rx.foreach(models, group),
        value=chosen,
        on_change=on_choose,
        class_name="select",
        aria_label=say("model"),
        data_testid="model-select",
    )
