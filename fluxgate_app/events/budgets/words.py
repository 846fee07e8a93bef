"""What is said of budgets to whoever reaches one."""

from datetime import datetime
from decimal import Decimal

from fluxgate_app.events.budgets.ledger import Standing
from fluxgate_app.events.budgets.rule import Rule

_CENT = Decimal("0.01")


def reached(standing: Standing, at: datetime) -> str:
    """Why a call is refused, until when, and what can be done."""
    if standing.spent >= standing.rule.amount or not standing.held:
        return used_up(standing.rule, at)
    what = allowance(standing.rule)
    return f"Budget reached: {what}; calls under way hold what is left: try again when they have ended."


def used_up(rule: Rule, at: datetime) -> str:
    """Why a call is cut: by itself it has used what was left."""
    anew = rule.ends(at).astimezone(rule.zone)
    when = f"{anew:%-d %b %Y at %H:%M} ({rule.zone.key})"
    return f"Budget reached: {allowance(rule)}; it begins anew on {when}, or ask an admin for more."


def unpriced(rule: Rule, model: str) -> str:
    """Why a call without a price is refused."""
    return f"The budget of {rule.whose} takes only calls that have a price: ask an admin to set one for {model!r}."


def allowance(rule: Rule) -> str:
    """What a budget allows; how much it is, is not for everybody to know when others spend of it too."""
    amount = "as much as is allowed" if rule.is_shared else usd(rule.amount)
    return f"{amount} a {rule.period.value} for {rule.whose}"


def usd(amount: Decimal) -> str:
    """The amount in dollars and cents, or as exactly as it takes to tell it from nothing."""
    cents = amount.quantize(_CENT)
    return f"${cents:,}" if cents == amount or amount >= 1 else f"${amount.normalize():f}"
