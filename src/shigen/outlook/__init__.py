"""What lies around a mineral: which ones are looked at, and why."""
