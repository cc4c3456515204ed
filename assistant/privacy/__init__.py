"""Personal information: hidden where it is not needed, kept no longer than needed, erased when asked (docs/privacy.md)."""
