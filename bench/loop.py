"""The plain way with PyGithub: search, then each pull request's attributes.

`python -m bench.loop REPO SINCE UNTIL`.
It prints what it knows in the end as JSON.
"""

import json
import os
import sys

from github import Auth, Github


def main(repository: str, since: str, until: str) -> None:
    """Ask as the library's own examples do, with all its defaults."""
    github = Github(auth=Auth.Token(os.environ["GH_TOKEN"]))
    found = github.search_issues(
        f"repo:{repository} is:pr is:merged merged:{since}..{until}", sort="created", order="asc"
    )
    listed = files = names = 0
    for issue in found:
        pull = issue.as_pull_request()
        listed += 1
        names += bool(pull.user.name)
        # A pull request may change no file; that is known, too.
        _ = [(file.filename, file.status, file.additions) for file in pull.get_files()]
        files += 1
    print(json.dumps({"listed": listed, "files": files, "names": names}))


if __name__ == "__main__":
    main(*sys.argv[1:])
