"""Everything of this app that registers itself with a lower room; imported once, when the app is ready.

Each line is a module whose import registers guards of the workflow, outbox handlers, signal receivers or sights.
"""

from __future__ import annotations
