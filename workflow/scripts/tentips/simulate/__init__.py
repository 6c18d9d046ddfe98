"""Simulated studies whose truth is known: sound ones, and ones with a pitfall planted in them."""
