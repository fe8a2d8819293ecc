from accounts.models.right import Right
from accounts.models.user import User

__all__ = ["Right", "User"]
