from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = "Cases"

    def ready(self) -> None:
        import cases.views.case_desk
        import cases.views.eligibility
        import cases.views.explain
        import cases.views.notices
        import cases.views.pairs  # noqa: F401 - shows alike applications on the case page
        from accounts.desks import register_desk, register_link
        from accounts.roles import COORDINATOR
        from cases import checks  # noqa: F401 - the jurisdiction files are checked at start
        from cases.services import (  # noqa: F401 - jobs, guards, receivers
            arrival_checks,
            completion,
            duplicate_line,
            eligibility_decisions,
            eligibility_questions,
            emergency,
            file_changes,
            findings_told,
            matching,
            missing_records,
            names_not_logged,
            page_text,
            scans,
        )
        from cases.services.bundles import proposing  # noqa: F401 - jobs and receivers
        from cases.services.deadlines import following, recomputing  # noqa: F401 - clocks follow the workflow
        from cases.services.notices import wiring  # noqa: F401 - what follows from events, seals and mails

        register_desk(COORDINATOR, "cases:desk", "Cases")
        register_link("view_cases", "Cases", "cases:desk")
        register_link("send_notices", "Notices", "cases:outbox", "Letters", "n")
        register_link("enter_cases", "Arrivals", "cases:arrivals")
        register_link("settle_incidents", "Incidents", "cases:incidents", key="i")
        register_link("view_cases", "Records", "cases:ageing")
        from cases.panels import register_panel
        from cases.views.required_records import checklist_panel

        register_panel("records", checklist_panel, order=10)
