"""The tables."""

from fluxgate_app.models.account import Account, ApiKey, LoginSession, Role, SetupLink
from fluxgate_app.models.admin_setting import AdminSetting
from fluxgate_app.models.ai_event import AiEvent, AiEventContent, EndUser, OpenCall, ProcessLease
from fluxgate_app.models.alert import Alert, AlertDelivery, AlertKind, AlertRule
from fluxgate_app.models.attachment import Attachment
from fluxgate_app.models.budget import Budget, BudgetHold, BudgetPeriod, BudgetScope, BudgetSpend
from fluxgate_app.models.conversation import Conversation, Message, MessageStatus
from fluxgate_app.models.event_block import EventBlock
from fluxgate_app.models.feedback import Feedback
from fluxgate_app.models.ingest import IngestReceipt
from fluxgate_app.models.persona import Persona
from fluxgate_app.models.price_override import PriceOverride
from fluxgate_app.models.pruning import Pruning
from fluxgate_app.models.rollup import AccountRollup, EventCounter, KindRollup, UserRollup
from fluxgate_app.models.saved_view import DefaultView, SavedView
from fluxgate_app.models.share import Share
from fluxgate_app.models.webhook import WebhookDelivery

__all__ = [
    "Account",
    "AccountRollup",
    "AdminSetting",
    "AiEvent",
    "AiEventContent",
    "Alert",
    "AlertDelivery",
    "AlertKind",
    "AlertRule",
    "ApiKey",
    "Attachment",
    "Budget",
    "BudgetHold",
    "BudgetPeriod",
    "BudgetScope",
    "BudgetSpend",
    "Conversation",
    "DefaultView",
    "EndUser",
    "EventBlock",
    "EventCounter",
    "Feedback",
    "IngestReceipt",
    "KindRollup",
    "LoginSession",
    "Message",
    "MessageStatus",
    "OpenCall",
    "Persona",
    "PriceOverride",
    "ProcessLease",
    "Pruning",
    "Role",
    "SavedView",
    "SetupLink",
    "Share",
    "UserRollup",
    "WebhookDelivery",
]
