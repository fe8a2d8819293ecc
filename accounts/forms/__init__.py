from accounts.forms.access_log import AccessLogFilter
from accounts.forms.break_glass import BreakGlassForm, VerdictForm
from accounts.forms.invitation import InvitationForm, JoinForm
from accounts.forms.people import ResetForm, RolesForm

__all__ = [
    "AccessLogFilter",
    "BreakGlassForm",
    "InvitationForm",
    "JoinForm",
    "ResetForm",
    "RolesForm",
    "VerdictForm",
]
