"""The full-screen view of `digest pick`. It reads no file and uses no network.

Only `app`, `board`, `panes` and `screens` import Textual, and only `digest pick` imports those.
"""
