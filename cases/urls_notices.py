"""Notices on their way: outbox, batches of paper, one notice with its service list."""

from django.urls import URLPattern, path

from cases.views import notices, party_answer, party_request, print_batches

urlpatterns: list[URLPattern] = [
    path("notices/", notices.outbox, name="outbox"),
    path("notices/batches/make/", print_batches.make, name="make_batch"),
    path("notices/batches/<int:pk>/", print_batches.batch, name="batch"),
    path("notices/batches/<int:pk>/confirm/", print_batches.hand_over, name="confirm_batch"),
    path("notices/batches/<int:pk>/batch.pdf", print_batches.batch_file, name="batch_file"),
    path("notices/batches/<int:pk>/manifest.csv", print_batches.manifest, name="manifest"),
    path("notices/batches/<int:pk>/pieces/<int:piece>/piece.pdf", print_batches.piece_file, name="piece_file"),
    path("notices/batches/<int:pk>/pieces/<int:piece>/take-out/", print_batches.take_piece_out, name="take_piece_out"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("notices/<int:pk>/notice.pdf", notices.notice_file, name="notice_file"),
    path("notices/<int:pk>/write/", notices.write, name="write_notice"),
    path("notices/<int:pk>/give-up/", notices.give_up, name="give_up_notice"),
    path("notices/copies/<int:pk>/<slug:act>/", notices.copy_act, name="copy_act"),
    path("<str:number>/notices/ask/", party_request.ask, name="ask_party"),
    path("<str:number>/notices/<int:pk>/answer/", party_answer.answer, name="send_answer"),
    path("<str:number>/notices/preview/<slug:kind>.pdf", notices.preview, name="preview_notice"),
]
