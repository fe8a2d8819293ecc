"""What this room tells the rooms above it. Receivers run inside the operation's transaction."""

from django.dispatch import Signal

#: case, paths, asks_gate: somebody looks at what a correction would bring. A receiver answers with sentences (list).
facts_correcting = Signal()

#: case, paths, asks_gate, actor, now: typed facts were corrected. asks_gate: reviewers must be judged anew by them.
facts_corrected = Signal()

#: case, party, reason, actor, now: a party was named after the determination. It is there while receivers look, and is
#: taken away again; a receiver answers with a function that keeps what it found, called then, or with None.
party_came_late = Signal()

#: late, case, now: a record was filed that came when a reviewer had the case, or after its determination.
record_came_late = Signal()

#: case, positions, actor, now: items left the dispute (authorized) or came back into it; the case goes on.
items_settled = Signal()

#: arrival, document, actor, now: a file that came in was filed with its case.
arrival_linked = Signal()

#: arrival, documents, case, actor, now: it is being taken out again; its records still exist.
arrival_unlinked = Signal()

#: arrival, now: a scan passed its check and waits at the intake desk.
scan_checked = Signal()
#: document, moved, source, target, actor, now: pages left a case that they did not belong to. moved: the document that
#: they are now in `target`; both None while they wait for their case.
record_moved = Signal()

#: organizations, actor, now: somebody decided what two alike names mean, or took it back. organizations: their ids.
names_decided = Signal()
