"""Notices: issued, sealed, served, proved. docs/notices.md says how staff work with them."""

from cases.services.notices.issuing import cancel, issue, write_again

__all__ = ["cancel", "issue", "write_again"]
