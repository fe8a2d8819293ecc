from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class HouseAdminConfig(AdminConfig):
    """Django's admin with the house's own site object."""

    default_site = "imr_site.admin_site.HouseAdminSite"
