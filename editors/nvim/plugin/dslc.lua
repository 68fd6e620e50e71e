-- Starts the server with the first model, unless `vim.g.dslc_lsp = false` says that somebody else does. Commands:
--   :DslcPython [STYLE]  the Python of this text beside it      :DslcPicture         its models drawn, in the browser
--   :DslcBuild           build this file                        :DslcVerify [STYLE]  ask Keras about it

if vim.g.dslc_lsp ~= false and vim.lsp.enable then -- Neovim 0.11 has it
  vim.lsp.enable("dslc")
end

local function styles()
  return { "functional", "sequential", "subclass" }
end

local function on_the_server(command)
  return function(given)
    local client = require("dslc.client").of(0)
    if client == nil then
      return
    end
    vim.cmd("silent update") -- it reads what is on the disk
    local arguments = { vim.uri_from_bufnr(0), given.fargs[1] }
    client:exec_cmd({ title = command, command = command, arguments = arguments }, { bufnr = 0 })
  end
end

vim.api.nvim_create_user_command("DslcPython", function(given)
  require("dslc.python").open(given.fargs[1])
end, { nargs = "?", complete = styles, desc = "The Python of this model beside it" })
vim.api.nvim_create_user_command("DslcPicture", function()
  require("dslc.picture").open()
end, { desc = "The models of this text drawn, in the browser" })
vim.api.nvim_create_user_command("DslcBuild", on_the_server("dslc.build"), { desc = "Build this model" })
vim.api.nvim_create_user_command("DslcVerify", on_the_server("dslc.verify"), { nargs = "?", complete = styles, desc = "Verify this model in Keras" })
