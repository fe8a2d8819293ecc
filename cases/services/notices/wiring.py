"""Everything of notices that registers itself: receivers, followers of the workflow, jobs, mails."""

from cases.services.notices import followers, printing, sending, serving

__all__ = ["followers", "printing", "sending", "serving"]
