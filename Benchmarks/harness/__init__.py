"""Measures servers between two SIPps on loopback; the standard library is all it needs."""
