from django.urls import path

from accounts.views import access_log, break_glass, home, invitations, people, session

app_name = "accounts"
urlpatterns = [
    path("", people.people, name="people"),
    path("<int:user_id>/", people.person, name="person"),
    path("<int:user_id>/roles/", people.change_roles, name="change_roles"),
    path("<int:user_id>/close/", people.close, name="close"),
    path("<int:user_id>/reopen/", people.reopen, name="reopen"),
    path("<int:user_id>/end-sessions/", people.end_sessions, name="end_sessions"),
    path("<int:user_id>/factor-reset/", people.ask_reset, name="ask_reset"),
    path("factor-resets/<int:reset_id>/", people.decide_reset, name="decide_reset"),
    path("invite/", invitations.invite, name="invite"),
    path("invitations/<int:invitation_id>/send-again/", invitations.send_again, name="send_again"),
    path("invitations/<int:invitation_id>/withdraw/", invitations.withdraw, name="withdraw"),
    path("join/", invitations.join_form, name="join_form"),
    path("join/<slug:token>/", invitations.join, name="join"),
    path("enrol/", session.enrol, name="enrol"),
    path("session/", session.session_state, name="session_state"),
    path("session/stay/", session.stay, name="stay"),
    path("session/back-again/", session.back_again, name="back_again"),
    path("desk/", home.choose_desk, name="choose_desk"),
    path("emergency/", break_glass.break_glass, name="break_glass"),
    path("emergency/all/", break_glass.break_glass_list, name="break_glass_list"),
    path("emergency/<int:row_id>/", break_glass.break_glass_review, name="break_glass_review"),
    path("access-log/", access_log.access_log, name="access_log"),
]
