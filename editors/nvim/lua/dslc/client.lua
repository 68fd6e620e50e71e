-- The language server of a buffer, for what this plugin asks of it beyond the protocol.

local M = {}

--- The client of a buffer; where there is none, the user is told so.
function M.of(buffer)
  local client = vim.lsp.get_clients({ bufnr = buffer, name = "dslc" })[1]
  if client == nil then
    vim.notify("dslc: the language server does not run here", vim.log.levels.WARN)
  end
  return client
end

return M
