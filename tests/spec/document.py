"""A document that is made from the names of checks: printed, or compared with what there is."""
import difflib
from pathlib import Path


def settle(doc, text, complaints):
    """Without `doc` prints the text; else says where they differ. The exit status."""
    if doc is None:
        print(text, end="")
        return 0
    path = Path(doc)
    have = path.read_text(encoding="utf-8") if path.exists() else ""
    for line in difflib.unified_diff(have.splitlines(), text.splitlines(), str(path), "now",
                                     lineterm="", n=0):
        print(line)
    for complaint in complaints:
        print(complaint)
    return 1 if complaints or have != text else 0


def take_check(args):
    """(document to check or None, the other arguments)"""
    return (args[1], args[2:]) if args and args[0] == "--check" else (None, args)
