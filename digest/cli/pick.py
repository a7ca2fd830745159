"""`digest pick`: choose stories on a full screen."""

from digest.cli import options

EXAMPLES = """
Examples:

  digest pick

  digest pick -e 2021-W19
"""


def pick(
    edition: options.Edition = None,
    output: options.Folder = None,
    config: options.Config = None,
) -> options.Job:
    """Choose, join and reorder the stories of an edition in a full-screen view.

    The screen lists everything that was merged and previews the section.
    Press ? to see all keys, and q to save and leave.
    """
    return options.job("pick", "pick_stories", locals())
