"""The drug list kept by its editors: typed, taken in from files, saved as files, every change taken back."""
