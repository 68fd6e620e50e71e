"""What stands below a cell: summary and picture of its models, or its mistakes.

In: a `Cell`.  Out: objects that IPython shows: HTML in a notebook, text in a terminal.
"""

from __future__ import annotations

from html import escape

from dslc.diagnostics.diagnostic import Diagnostic, in_order
from dslc.graph.counts import parameters
from dslc.graph.graph import Graph
from dslc.notebook.cell import Cell
from dslc.picture import words

HEIGHT = 560
_LONG = 30
_FRAME = "width: 100%; border: 1px solid #8884; border-radius: 6px; resize: vertical"
_THEMES = {
    "dark": ('body[data-jp-theme-light="false"]', "body.vscode-dark", 'html[theme="dark"]'),
    "light": ('body[data-jp-theme-light="true"]', "body.vscode-light"),
}
"""How JupyterLab, VS Code and Colab say that they are dark or light. What is in a frame follows the colour scheme of the frame."""
_STYLE = "".join(
    f"{', '.join(f'{each} .dslc-picture' for each in hosts)} {{ color-scheme: {theme} }}\n"
    for theme, hosts in _THEMES.items()
)


class Mistakes(Exception):  # noqa: N818 - its name is what the notebook shows
    """A cell that cannot be compiled; `diagnostics` says why as data. It ends the run of a notebook."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        from dslc.diagnostics.render.full import render

        super().__init__(render(in_order(diagnostics)).rstrip("\n"))
        self.diagnostics = tuple(diagnostics)

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback, which would be one through the compiler."""
        return painted(list(self.diagnostics)).split("\n")


def painted(diagnostics: list[Diagnostic]) -> str:
    """Diagnostics as in a terminal, with its colours, which notebooks know."""
    from dslc.diagnostics.render.full import render

    return render(in_order(diagnostics), color=True).rstrip("\n")


class Answer:
    """The models of a cell: their summaries and, if asked for, their picture."""

    def __init__(self, cell: Cell, pictured: bool) -> None:
        self._cell = cell
        self._pictured = pictured

    def __repr__(self) -> str:
        return "\n".join(_summary(self._cell, graph).rstrip("\n") for graph in self._cell.checked.graphs)

    def _repr_html_(self) -> str:
        parts = [_folded(self._cell, graph) for graph in self._cell.checked.graphs]
        if self._pictured and self._cell.checked.graphs:
            parts.append(_picture(self._cell))
        return "\n".join(parts)


def _summary(cell: Cell, graph: Graph) -> str:
    from dslc.tools.table import table

    return table(graph, cell.checked.source.name, 1, None, None)


def _folded(cell: Cell, graph: Graph) -> str:
    """A summary that is open where it is short."""
    text = _summary(cell, graph)
    first, _, rest = text.strip("\n").partition("\n")
    is_open = " open" if rest.count("\n") < _LONG else ""
    total = parameters(graph).total
    said = f"{first} · {words.count(total) or '0'} parameters"
    return f"<details{is_open}><summary>{escape(said)}</summary><pre>{escape(rest)}</pre></details>"


def _picture(cell: Cell) -> str:
    """The page in a frame of its own that may run its scripts and nothing else."""
    from dslc.picture.draw import draw
    from dslc.picture.fold import folded
    from dslc.picture.page import page

    whole = page([folded(draw(graph, cell.checked.source.name)) for graph in cell.checked.graphs])
    return (
        f'<style>{_STYLE}</style><iframe class="dslc-picture" title="picture of {escape(cell.name)}" sandbox="allow-scripts allow-downloads" height="{HEIGHT}" '
        f'style="{_FRAME}" srcdoc="{escape(whole)}"></iframe>'
    )
