"""Pure decisions: no I/O, no clock, no await; imports no other part of this package."""
