from accounts.models.access_log import AccessLog, Act
from accounts.models.break_glass import BreakGlass, Verdict
from accounts.models.factor_reset import FactorReset
from accounts.models.invitation import Invitation
from accounts.models.outgoing_mail import OutgoingMail
from accounts.models.right import Right
from accounts.models.user import User

__all__ = [
    "AccessLog",
    "Act",
    "BreakGlass",
    "FactorReset",
    "Invitation",
    "OutgoingMail",
    "Right",
    "User",
    "Verdict",
]
