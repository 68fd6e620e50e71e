-- Starts the server with the first model, unless `vim.g.dslc_lsp = false` says that somebody else does.

if vim.g.dslc_lsp ~= false and vim.lsp.enable then -- Neovim 0.11 has it
  vim.lsp.enable("dslc")
end
