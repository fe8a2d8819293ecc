"""Data written for the project: invented cases, reviewers, organizations and reviews, earlier determinations."""
