-- The Python of a model in a window beside its text, as one types; the lines of the stage at the cursor are marked, and the other way round.

local M = {}
local MOMENT = 300
local MARKS = vim.api.nvim_create_namespace("dslc.python")

--- A place of the server as a row and a column in bytes, both from 0.
local function place(view, position)
  local line = vim.api.nvim_buf_get_lines(view.source, position.line, position.line + 1, false)[1] or ""
  return position.line, vim.str_byteindex(line, view.encoding, position.character, false)
end

local function is_before(row, column, other_row, other_column)
  return row < other_row or (row == other_row and column <= other_column)
end

--- The innermost stretch that holds a cursor, of the text or of the Python: the others hold it, too.
local function pair_at(view, in_text, row, column)
  local best, least
  for _, pair in ipairs(view.pairs) do
    local first, start = place(view, pair.range.start)
    local last, stop = place(view, pair.range["end"])
    local holds = false
    if in_text then
      holds = is_before(first, start, row, column) and is_before(row, column, last, stop)
    else
      for _, lines in ipairs(pair.lines) do
        holds = holds or (lines[1] <= row and row <= lines[2])
      end
    end
    local size = vim.api.nvim_buf_get_offset(view.source, last) + stop - vim.api.nvim_buf_get_offset(view.source, first) - start
    if holds and (least == nil or size < least) then
      best, least = pair, size
    end
  end
  return best
end

local function show(window, row)
  if window ~= -1 then
    vim.api.nvim_win_call(window, function()
      if row + 1 < vim.fn.line("w0") or row + 1 > vim.fn.line("w$") then
        vim.fn.winrestview({ topline = math.max(1, row - 5), lnum = row + 1 })
      end
    end)
  end
end

local function mark(view, in_text)
  for _, buffer in ipairs({ view.source, view.python }) do
    vim.api.nvim_buf_clear_namespace(buffer, MARKS, 0, -1)
  end
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  local pair = pair_at(view, in_text, row - 1, column)
  if pair == nil then
    return
  end
  local first, start = place(view, pair.range.start)
  local last, stop = place(view, pair.range["end"])
  vim.api.nvim_buf_set_extmark(view.source, MARKS, first, start, { end_row = last, end_col = stop, hl_group = "DslcBeside" })
  for _, lines in ipairs(pair.lines) do
    for line = lines[1], lines[2] do
      vim.api.nvim_buf_set_extmark(view.python, MARKS, line, 0, { line_hl_group = "DslcBeside" })
    end
  end
  if in_text then
    show(vim.fn.bufwinid(view.python), pair.lines[1][1])
  else
    show(vim.fn.bufwinid(view.source), first)
  end
end

local function ask(view)
  local client = vim.lsp.get_clients({ bufnr = view.source, name = "dslc" })[1]
  if client == nil then -- it has ended since
    return
  end
  view.encoding = client.offset_encoding
  local params = { uri = vim.uri_from_bufnr(view.source), style = view.style }
  client:request("dslc/python", params, function(_, found)
    if found == nil or not vim.api.nvim_buf_is_valid(view.python) then
      return
    end
    vim.bo[view.python].modifiable = true
    vim.api.nvim_buf_set_lines(view.python, 0, -1, false, vim.split(found.text:gsub("\n$", ""), "\n"))
    vim.bo[view.python].modifiable = false
    view.pairs = found.pairs
    local here = vim.api.nvim_get_current_buf()
    if here == view.source or here == view.python then
      mark(view, here == view.source)
    end
  end, view.source)
end

--- Opens the Python of the current buffer; without a style, that in which the project builds it.
function M.open(style)
  local source = vim.api.nvim_get_current_buf()
  if require("dslc.client").of(source) == nil then
    return
  end
  local python = vim.api.nvim_create_buf(false, true)
  local view = { source = source, python = python, style = style, pairs = {} }
  vim.api.nvim_buf_set_name(python, ("dslc-python://%s/%d/%s"):format(style or "project", python, vim.fn.expand("%:t:r")) .. ".py")
  vim.bo[python].bufhidden = "wipe"
  vim.bo[python].filetype = "python"
  vim.bo[python].modifiable = false
  vim.api.nvim_open_win(python, false, { split = "right" })
  vim.api.nvim_set_hl(0, "DslcBeside", { link = "Visual", default = true })
  local group = vim.api.nvim_create_augroup(("dslc.python.%d"):format(python), {})
  local timer = assert(vim.uv.new_timer())
  vim.api.nvim_create_autocmd({ "TextChanged", "TextChangedI" }, {
    group = group,
    buffer = source,
    callback = function()
      timer:start(MOMENT, 0, vim.schedule_wrap(function() ask(view) end))
    end,
  })
  for _, buffer in ipairs({ source, python }) do
    vim.api.nvim_create_autocmd({ "CursorMoved", "CursorMovedI" }, {
      group = group,
      buffer = buffer,
      callback = function() mark(view, buffer == source) end,
    })
    vim.api.nvim_create_autocmd("BufWipeout", {
      group = group,
      buffer = buffer,
      callback = function()
        timer:stop()
        pcall(vim.api.nvim_del_augroup_by_id, group)
        if buffer == python and vim.api.nvim_buf_is_valid(source) then
          vim.api.nvim_buf_clear_namespace(source, MARKS, 0, -1)
        end
      end,
    })
  end
  ask(view)
end

return M
