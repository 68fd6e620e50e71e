-- Colours by tree-sitter where somebody has put its parser on the runtime path (`parser/dslc.so`); Vim's otherwise.

local ok, found = pcall(vim.treesitter.language.add, "dslc")
if ok and found then
  vim.treesitter.start()
end
