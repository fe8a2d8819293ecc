from guidelines.forms.look_up import LookUpForm

__all__ = ["LookUpForm"]
