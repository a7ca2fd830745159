"""Marking on a full screen: a digest and its marks in, marks out. It knows no file and no network.

Only `app`, `board`, `panes` and `screens` import Textual, and only `digest pick` imports those.
"""
