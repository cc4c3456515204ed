"""The line of a YAML file that a fault is on. Knows the file's tree, not what it means."""

from collections.abc import Sequence

import yaml


def line_of(tree: yaml.Node | None, place: Sequence[int | str]) -> int:
    """Line, from 1, of the deepest node on the way to `place`."""
    node = tree
    line = 1
    for step in place:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if found is None:
                break
            line = found[0].start_mark.line + 1
            node = found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return line
