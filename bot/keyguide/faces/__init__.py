"""Where people meet the assistant.

A face imports `core`, the assistant and its own library, never another face.
"""
