-- The models of a text drawn: a page that needs nothing else, opened with what this system opens pages with.

local M = {}

--- The file of a buffer's page: always the same, so that a browser that has it open only needs to load it again.
local function file_of(buffer)
  if vim.b[buffer].dslc_picture == nil then
    vim.b[buffer].dslc_picture = vim.fn.tempname() .. ".html"
  end
  return vim.b[buffer].dslc_picture
end

--- Draws the current buffer as it stands on the screen, and opens the page.
function M.open()
  local buffer = vim.api.nvim_get_current_buf()
  local client = require("dslc.client").of(buffer)
  if client == nil then
    return
  end
  client:request("dslc/picture", { uri = vim.uri_from_bufnr(buffer), page = true }, function(failed, found)
    local page = found and found.page
    if failed ~= nil or page == nil or page == vim.NIL then
      vim.notify("dslc: a text with a mistake has no picture", vim.log.levels.WARN)
      return
    end
    local path = file_of(buffer)
    vim.fn.writefile(vim.split(page, "\n"), path)
    local _, reason = vim.ui.open(path)
    vim.notify(reason == nil and ("dslc: wrote " .. path) or ("dslc: wrote " .. path .. ", which nothing here opens: " .. reason))
  end, buffer)
end

return M
