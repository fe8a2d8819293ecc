"""What this room tells the rooms above it. Receivers run inside the operation's transaction and may raise a Refusal."""

from django.dispatch import Signal

#: invitation: somebody is about to be invited. The reviews room refuses a roster id that it does not know.
invitation_made = Signal()

#: user, invitation: the account exists now. The reviews room links it to the roster entry `invitation.reviewer_id`.
invitation_accepted = Signal()

#: user, case_key, now: emergency access is about to be opened. The cases room refuses a case that does not exist, or
#: that the person may read anyway.
break_glass_opening = Signal()

#: user, roles: the account's roles are about to become `roles`.
roles_changing = Signal()

#: user: the account is about to be closed. The reviews room refuses while a case would be left without an owner.
account_closing = Signal()

#: mail: the mail server took it. Inside the job that sent it: a receiver that fails sends it again, so post a job.
mail_sent = Signal()
