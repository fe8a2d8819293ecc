"""An invented caseload of the real shape, for trying the site under load. Never in production."""
