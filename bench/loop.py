"""The usual loop with PyGithub: a search, then the attributes of each pull request.

`python -m bench.loop REPO SINCE UNTIL` prints the number of results as JSON.
"""

import json
import os
import sys

from github import Auth, Github


def main(repository: str, since: str, until: str) -> None:
    """Read the pull requests as the library's examples do, with its defaults."""
    github = Github(auth=Auth.Token(os.environ["GH_TOKEN"]))
    found = github.search_issues(
        f"repo:{repository} is:pr is:merged merged:{since}..{until}", sort="created", order="asc"
    )
    listed = files = names = 0
    for issue in found:
        pull = issue.as_pull_request()
        listed += 1
        names += bool(pull.user.name)
        # An empty list counts too: a pull request may change no file.
        _ = [(file.filename, file.status, file.additions) for file in pull.get_files()]
        files += 1
    print(json.dumps({"listed": listed, "files": files, "names": names}))


if __name__ == "__main__":
    main(*sys.argv[1:])
