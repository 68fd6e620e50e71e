"""What an editor reads in a project so that it knows `.kdl` models, without anything installed but the editor and `dslc`.

In: the name of an editor.  Out: the path of its file, from the folder of the project, and what stands in it.
"""

from __future__ import annotations

_VSCODE = """\
{
  "files.associations": { "*.kdl": "dslc" },
  "[dslc]": { "editor.inlayHints.enabled": "on" }
}
"""

_NEOVIM = """\
-- Read where 'exrc' is set and this file is trusted.
vim.filetype.add({ extension = { kdl = "dslc" } })
vim.lsp.config("dslc", {
  cmd = { "dslc", "lsp" },
  filetypes = { "dslc" },
  root_markers = { "dslc.toml", "pyproject.toml", ".git" },
  on_attach = function(_, buffer)
    vim.bo[buffer].commentstring = "# %s"
    vim.lsp.inlay_hint.enable(true, { bufnr = buffer })
  end,
})
vim.lsp.enable("dslc")
"""

_HELIX = """\
[language-server.dslc]
command = "dslc"
args = ["lsp"]

[[language]]
name = "dslc"
scope = "source.dslc"
file-types = ["kdl"]
roots = ["dslc.toml", "pyproject.toml"]
comment-token = "#"
indent = { tab-width = 4, unit = "    " }
language-servers = ["dslc"]
formatter = { command = "dslc", args = ["fmt", "-"] }
"""

_EMACS = """\
;;; What Emacs does in this folder, where dslc-mode is on its load path.
((auto-mode-alist . (("\\\\.kdl\\\\'" . dslc-mode)))
 (dslc-mode . ((dslc-server-command . ("dslc" "lsp"))
               (indent-tabs-mode . nil)
               (eval . (eglot-ensure)))))
"""

SETTINGS = {
    "vscode": (".vscode/settings.json", _VSCODE),
    "neovim": (".nvim.lua", _NEOVIM),
    "helix": (".helix/languages.toml", _HELIX),
    "emacs": (".dir-locals.el", _EMACS),
}
"""For each editor its file in a project, and the text of it."""
