from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from accounts import adapter, checks  # noqa: F401 - register the mails' links (in workers too), system checks
        from accounts.desks import register_desk, register_link
        from accounts.roles import ADMINISTRATOR, AUDITOR
        from accounts.services import invitations, mail, sign_in_events  # noqa: F401 - register the mail jobs
        from accounts.services.role_groups import sync_roles

        post_migrate.connect(sync_roles, sender=self)
        sign_in_events.connect()
        register_desk(ADMINISTRATOR, "accounts:people", "People")
        register_desk(AUDITOR, "accounts:access_log", "Access log")
        register_link("manage_people", "People", "accounts:people", "Accounts")
        register_link("break_glass", "Emergency access", "accounts:break_glass", "Accounts")
        register_link("review_break_glass", "Emergency reviews", "accounts:break_glass_list", "Accounts")
        register_link("view_history", "Access log", "accounts:access_log", "Accounts")
