"""Marking on a full screen: a digest and its marks in, marks out. It knows no file and no network.

Only `app` and what stands beside it on the screen import Textual; `digest pick` alone imports those.
"""
