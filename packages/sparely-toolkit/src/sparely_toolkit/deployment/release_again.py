"""
The release id of a release that was published before and does not serve.

A version that was refused stays: SAM retains it. Lambda publishes nothing that equals the version published last, and
CloudFormation then ends with "A version for this Lambda function exists". Another release id is another description,
and so another version.
Sources, read 2026-11-22: https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html and SAM's issue 1375.
"""

import hashlib

from sparely_toolkit.deployment.release_id import DIGITS
from sparely_toolkit.deployment.versions import Versions


def id_to_publish(release: str, versions: Versions) -> str:
    """
    Give the id that deploys `release`: its own, or one of its own and of the newest version's number.

    What serves keeps its id, so that an unchanged rebuild publishes nothing.
    """
    carried = _versions_of(release, versions)
    if versions.serving == versions.named and versions.named in carried:
        return carried[versions.named]
    newest = max(versions.published)
    return _mixed(release, newest) if {versions.named, newest} & carried.keys() else release


def _versions_of(release: str, versions: Versions) -> dict[int, str]:
    """Ids by number of the versions that were published of this release, as SAM puts them at a description's end."""
    earlier = range(1, max(versions.published) + 1)
    ids = {release, *(_mixed(release, number) for number in earlier)}
    ends = {number: text.rpartition(" ")[2] for number, text in versions.published.items()}
    return {number: end for number, end in ends.items() if end in ids}


def _mixed(release: str, version: int) -> str:
    return hashlib.sha256(f"{release} after version {version}".encode()).hexdigest()[:DIGITS]
