"""Who may do what: every right and every role of the site stands here and nowhere else.

A role is a group of the same name; `sync_roles` lays the groups and their rights after each migration. Everything not
granted here is denied. The workflow table (`cases.workflow`) names roles too, for moving a case.
"""

from __future__ import annotations

from collections.abc import Iterable

from common.actor import SYSTEM, Actor
from common.errors import RightRefusal

#: Right -> what it lets a person do. Asked as "accounts.<right>".
RIGHTS: dict[str, str] = {
    "view_cases": "Read every case",
    "enter_cases": "Take in applications",
    "correct_cases": "Correct typed facts of a case",
    "decide_cases": "Move cases: eligibility, records, withdrawal",
    "manage_records": "File and open case records",
    "send_notices": "Send notices, print them and confirm their mailing",
    "settle_incidents": "See and settle incidents: pages that lay in the wrong file",
    "view_panel": "Read the reviewer panel and its credentials",
    "manage_panel": "Change the reviewer panel",
    "decide_names": "Decide which names of organizations mean one, and which belong together",
    "assign_reviewers": "Offer cases to reviewers",
    "decide_waivers": "Decide, as the second person, on waivers of conflicts",
    "review_cases": "Review the cases assigned to oneself",
    "check_quality": "Check submitted reviews and approve determinations",
    "view_letters": "Open sealed letters and their state",
    "retry_letters": "Release held letters",
    "manage_wording": "Load letter wording",
    "search_guidelines": "Look guidelines up",
    "edit_guidelines": "Edit the guideline library",
    "publish_guidelines": "Publish guideline editions",
    "view_history": "Read the history of every record and the access log",
    "view_health": "See whether the site's parts are working",
    "manage_rules": "Keep the rules: holidays, and which specialties decide what",
    "manage_people": "Invite people, set roles, end sessions",
    "approve_resets": "Second person for a lost factor",
    "break_glass": "Emergency access to one case, with reason and alert",
    "review_break_glass": "Judge emergency access afterwards",
}

COORDINATOR = "coordinator"
REVIEWER = "reviewer"
QUALITY_REVIEWER = "quality_reviewer"
MEDICAL_DIRECTOR = "medical_director"
GUIDELINE_EDITOR = "guideline_editor"
AUDITOR = "auditor"
ADMINISTRATOR = "administrator"

#: Role -> its rights.
ROLES: dict[str, frozenset[str]] = {
    COORDINATOR: frozenset(
        {
            "view_cases", "enter_cases", "correct_cases", "decide_cases", "manage_records", "send_notices",
            "view_panel", "manage_panel", "decide_names", "assign_reviewers", "decide_waivers", "view_letters",
            "retry_letters", "search_guidelines", "view_health",
        }
    ),
    REVIEWER: frozenset({"review_cases", "search_guidelines"}),
    QUALITY_REVIEWER: frozenset({"check_quality", "search_guidelines", "break_glass"}),
    MEDICAL_DIRECTOR: frozenset(
        {"view_cases", "check_quality", "view_panel", "decide_waivers", "view_letters", "retry_letters",
         "search_guidelines", "manage_wording", "review_break_glass", "settle_incidents"}
    ),
    GUIDELINE_EDITOR: frozenset({"search_guidelines", "edit_guidelines", "publish_guidelines"}),
    AUDITOR: frozenset(
        {"view_cases", "view_panel", "view_letters", "search_guidelines", "view_history", "view_health"}
    ),
    ADMINISTRATOR: frozenset(
        {"manage_people", "manage_rules", "approve_resets", "manage_wording", "view_health", "break_glass",
         "review_break_glass", "settle_incidents"}
    ),
}  # fmt: skip

#: Rights that open the admin site: the guideline library; the rules: holidays and the specialties of treatments.
ADMIN_SITE_RIGHTS = frozenset({"edit_guidelines", "manage_rules"})

ROLE_LABELS: dict[str, str] = {
    COORDINATOR: "Coordinator",
    REVIEWER: "Expert reviewer",
    QUALITY_REVIEWER: "Quality reviewer",
    MEDICAL_DIRECTOR: "Medical director",
    GUIDELINE_EDITOR: "Guideline editor",
    AUDITOR: "Auditor",
    ADMINISTRATOR: "Administrator",
}

#: Where one role among several has its say first: the order of desks.
ROLE_ORDER: tuple[str, ...] = tuple(ROLE_LABELS)


def rights_of(roles: Iterable[str]) -> frozenset[str]:
    """The rights that the roles grant together; a role of another name grants nothing."""
    return frozenset().union(*(ROLES.get(role, frozenset()) for role in roles))


def require(actor: Actor, right: str) -> None:
    """Raise RightRefusal unless one of the actor's roles grants `right`. Commands and tasks of the site may."""
    if right not in RIGHTS:
        raise ValueError(f"unknown right: {right}")
    if SYSTEM not in actor.roles and right not in rights_of(actor.roles):
        raise RightRefusal(
            "access.right", f"Your role does not let you do this. It needs the right to {RIGHTS[right].lower()}."
        )


def person_id(actor: Actor) -> int:
    """The id of the person who acts. Raises RightRefusal for commands and tasks: a person must answer."""
    if actor.user_id is None:
        raise RightRefusal("access.person", "Only a person may do this, signed in.")
    return actor.user_id


def labels(roles: Iterable[str]) -> list[str]:
    """The roles' names for people, in the order of `ROLE_ORDER`."""
    wanted = set(roles)
    return [ROLE_LABELS[role] for role in ROLE_ORDER if role in wanted]
