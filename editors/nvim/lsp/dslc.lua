-- The language server of dslc, for `vim.lsp.enable("dslc")`; `vim.lsp.config("dslc", {…})` overrides any of it.

---@type vim.lsp.Config
return {
  cmd = { "dslc", "lsp" },
  filetypes = { "dslc" },
  root_markers = { "dslc.toml", "pyproject.toml", ".git" },
  on_attach = function(client, buffer)
    if vim.g.dslc_inlay_hints ~= false and client:supports_method("textDocument/inlayHint") then
      vim.lsp.inlay_hint.enable(true, { bufnr = buffer })
    end
  end,
}
