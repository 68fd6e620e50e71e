"""The picture of models as a page: one HTML file with all it needs, for a browser, an editor or a notebook.

In: drawings with everything in them (folded or not, never closed: the reader opens and closes boxes).  Out: the text of the file.

`page.html` is the frame, `page.css` how it looks, the `.js` files what it does; `facts` says what it is told of the models, and
`assembled` puts all of it together. `elk/` is the program that lays boxes out, as others have published it.
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.picture.drawing import Drawing
from dslc.picture.page.assembled import assembled
from dslc.picture.page.facts import facts


def page(drawings: Sequence[Drawing], depth: int | None = None) -> str:
    """The page; boxes that lie in fewer than `depth` others are open at first (default: as far as 25 boxes allow)."""
    return assembled(" · ".join(drawing.name for drawing in drawings), facts(drawings, depth))
