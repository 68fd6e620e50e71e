-- Files of dslc and of the KDL Document Language (kdl.dev) have the same suffix: the text tells which it is.

local ITEM = vim.regex([[\v^(%(block|extern|fn|model|use)[ \t]+\h|\h\w*[ \t]*\=)]])

local function is_model(buffer)
  local lines = vim.api.nvim_buf_get_lines(buffer, 0, 200, false)
  local first = table.concat(lines, "\n"):match("%S.*")
  if first == nil or first:find('^"""') or first:find("^'''") or first:find("^#") then
    return true
  end
  for _, line in ipairs(lines) do
    if ITEM:match_str(line) then
      return true
    end
  end
  return false
end

vim.filetype.add({
  extension = {
    kdl = function(_, buffer)
      return buffer and is_model(buffer) and "dslc" or "kdl"
    end,
  },
  pattern = { [".*%.model%.kdl"] = "dslc" },
})
