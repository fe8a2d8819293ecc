from __future__ import annotations

from django import template

from accounts.rules.browsers import browser_in_words

register = template.Library()
register.filter("browser_in_words", browser_in_words)
