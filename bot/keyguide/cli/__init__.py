"""The commands: what each is called, takes and prints.

Wires everything together; nothing imports from here.
"""
