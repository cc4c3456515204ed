"""Draws which intents were taken for which: an SVG matrix, truth down and answer across. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape

CELL = 22
MARGIN = 190
_FONT = 'font-family="sans-serif" font-size="11"'


def svg(pairs: Counter[tuple[str, str]], names: Mapping[str, str]) -> str:
    """The matrix of (truth, answer) counts; only intents that occur, in the order of `names`.

    Rows add up to all calls with that truth; a darker cell holds a larger share of its row.
    """
    seen = {one for pair in pairs for one in pair}
    shown = [name for name in names if name in seen] + sorted(seen - set(names))
    side = MARGIN + CELL * len(shown) + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}" viewBox="0 0 {side} {side}">',
        f'<rect width="{side}" height="{side}" fill="#ffffff"/>',
        f'<text x="8" y="18" {_FONT} fill="#555555">行：真值　列：判断</text>',
    ]
    for place, name in enumerate(shown):
        middle = MARGIN + CELL * place + CELL // 2
        label = escape(names.get(name, name))
        parts.append(f'<text x="{MARGIN - 6}" y="{middle + 4}" text-anchor="end" {_FONT}>{label}</text>')
        parts.append(
            f'<text x="{middle + 4}" y="{MARGIN - 6}" {_FONT} transform="rotate(-90 {middle + 4} {MARGIN - 6})">{label}</text>'
        )
    for row, truth in enumerate(shown):
        parts += _row(pairs, shown, row, truth)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _row(pairs: Counter[tuple[str, str]], shown: Sequence[str], row: int, truth: str) -> list[str]:
    whole = sum(pairs[truth, answer] for answer in shown)
    parts = []
    for column, answer in enumerate(shown):
        count = pairs[truth, answer]
        share = count / whole if whole else 0.0
        x, y = MARGIN + CELL * column, MARGIN + CELL * row
        colour = "#2f6fb2" if row == column else "#c2452d"
        parts.append(
            f'<rect x="{x}" y="{y}" width="{CELL}" height="{CELL}" fill="{colour}" fill-opacity="{share:.2f}" stroke="#dddddd"/>'
        )
        if count:
            ink = "#ffffff" if share > 0.5 else "#222222"
            parts.append(
                f'<text x="{x + CELL // 2}" y="{y + 15}" text-anchor="middle" {_FONT} fill="{ink}">{count}</text>'
            )
    return parts
