"""Parts of documents that commands write: what stands between two marks; the words around it are people's."""


def replace_between(text: str, begin: str, end: str, new: str) -> str:
    """
    The text with what stands between its marks anew, up to the last sign; as it was where a mark is missing.

    Args:
        begin: the first mark, as it stands in the text; everything after it is replaced, up to `end`.
    """
    before, has_begun, rest = text.partition(begin)
    _, has_ended, after = rest.partition(end)
    return f"{before}{begin}{new}{end}{after}" if has_begun and has_ended else text
