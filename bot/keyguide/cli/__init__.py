"""The commands of the program: their names, arguments and output.

They may import everything else; only `__main__` imports them.
"""
