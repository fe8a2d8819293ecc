from imr_site.models.health_alert import HealthAlert
from imr_site.models.setup_step import SetupStep

__all__ = ["HealthAlert", "SetupStep"]
