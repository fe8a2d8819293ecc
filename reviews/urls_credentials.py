"""Addresses of the panel's credentials, the waivers and the reviewer's own profile."""

from __future__ import annotations

from django.urls import path

from reviews.views import credential_acts, credentials, profile, waivers

urlpatterns = [
    path("panel/", credentials.panel, name="panel"),
    path("panel/roster.csv", credentials.roster_csv, name="roster_csv"),
    path("panel/credential-files/", credentials.sample, name="credential_files"),
    path("panel/to-verify/", credentials.to_verify, name="to_verify"),
    path("panel/findings/", credentials.findings, name="findings"),
    path("panel/findings/<int:pk>/settle/", credential_acts.settle_late, name="settle_late"),
    path("panel/papers/<str:kind>/<int:pk>/", credentials.paper, name="paper"),
    path("panel/<int:pk>/", credentials.reviewer, name="reviewer"),
    path("panel/<int:pk>/check/<str:kind>/<int:row>/", credential_acts.check, name="check_credential"),
    path("panel/<int:pk>/training/", credential_acts.training, name="training"),
    path("panel/<int:pk>/sanction/", credential_acts.sanction, name="sanction"),
    path("panel/<int:pk>/exclude/", credential_acts.exclude, name="exclude"),
    path("panel/<int:pk>/active/", credential_acts.active, name="active"),
    path("panel/<int:pk>/adverse/", credential_acts.adverse, name="adverse"),
    path("panel/adverse/<int:pk>/", credential_acts.settle, name="settle_adverse"),
    path("panel/proposals/<int:pk>/", credential_acts.proposal, name="proposal"),
    path("panel/proposals/<int:pk>/refuse/", credential_acts.refuse, name="refuse_proposal"),
    path("waivers/", waivers.waivers, name="waivers"),
    path("waivers/<int:pk>/", waivers.decide, name="decide_waiver"),
    path("waivers/<int:pk>/take-back/", waivers.withdraw, name="withdraw_waiver"),
    path("cases/<str:number>/waiver/<int:pk>/<str:finding>/", waivers.ask, name="ask_waiver"),
    path("profile/", profile.profile, name="profile"),
    path("profile/away/", profile.away, name="profile_away"),
    path("profile/away/<int:pk>/remove/", profile.remove_away, name="profile_remove_away"),
    path("profile/capacity/", profile.capacity, name="profile_capacity"),
    path("profile/interest/<str:kind>/", profile.declare, name="profile_declare"),
    path("profile/interest/<str:kind>/<int:pk>/over/", profile.end, name="profile_end"),
    path("profile/attest/", profile.attest, name="profile_attest"),
    path("profile/propose/<str:kind>/<int:row>/", profile.propose, name="profile_propose"),
    path("profile/adverse/", profile.adverse, name="profile_adverse"),
]
