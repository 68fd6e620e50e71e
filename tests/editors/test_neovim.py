"""Neovim itself, with the files of `editors/nvim` on its runtime path: it knows models by their text, starts `dslc lsp`, and shows what it says."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.editors.conftest import EDITORS, SHOWN, THEIRS, WRONG, missing

STARTED = """
vim.lsp.config("dslc", {{ cmd = {{ "{python}", "-m", "dslc", "lsp" }} }})
function tell(value)
  vim.fn.writefile({{ vim.json.encode(value) }}, "{out}")
  vim.cmd("qall!")
end
function wait(what) return vim.wait(20000, what, 50) end
function hints() return vim.lsp.inlay_hint.get({{ bufnr = 0 }}) end
{script}
"""


def in_neovim(nvim: Path, folder: Path, script: str) -> Any:
    """What a script in Lua tells when Neovim has run it."""
    out, run = folder / "out.json", folder / "run.lua"
    run.write_text(STARTED.format(python=sys.executable, out=out, script=script), encoding="utf-8")
    done = subprocess.run(
        [
            nvim,
            "--headless",
            "--clean",
            "-i",
            "NONE",
            "--cmd",
            f"set runtimepath^={EDITORS / 'nvim'}",
            "-S",
            run,
        ],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "XDG_STATE_HOME": str(folder),
            "XDG_DATA_HOME": str(folder),
        },
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert out.exists(), done.stdout + done.stderr
    return json.loads(out.read_text(encoding="utf-8"))


def test_shapes_stand_beside_the_layers(nvim: Path, tmp_path: Path) -> None:
    (tmp_path / "m.kdl").write_text(SHOWN, encoding="utf-8")
    said = in_neovim(
        nvim,
        tmp_path,
        """
        vim.cmd.edit("m.kdl")
        local marks = function()
          local found = {}
          for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, -1, 0, -1, { details = true })) do
            for _, part in ipairs(mark[4].virt_text or {}) do
              if part[1]:match("%S") then table.insert(found, { mark[2], part[1] }) end
            end
          end
          return found
        end
        wait(function() vim.cmd.redraw() return #marks() > 1 end)
        local pick = function(hint) return { hint.inlay_hint.position.line, hint.inlay_hint.label } end
        tell({ filetype = vim.bo.filetype, hints = vim.tbl_map(pick, hints()), shown = marks() })
        """,
    )
    assert said["filetype"] == "dslc"
    assert said["hints"] == [[3, "→ (3,)"], [3, "15 parameters"]]
    assert said["shown"] == [[3, "→ (3,)"], [3, "15 parameters"]]


def test_a_mistake_is_a_diagnostic_until_it_is_mended(nvim: Path, tmp_path: Path) -> None:
    (tmp_path / "m.kdl").write_text(WRONG, encoding="utf-8")
    said = in_neovim(
        nvim,
        tmp_path,
        """
        vim.cmd.edit("m.kdl")
        wait(function() return #vim.diagnostic.get(0) > 0 end)
        local wrong = vim.diagnostic.get(0)
        vim.cmd("%s/Dens/Dense/")
        local mended = wait(function() return #vim.diagnostic.get(0) == 0 end)
        tell({ wrong = wrong, mended = mended })
        """,
    )
    (wrong,) = said["wrong"]
    assert (wrong["code"], wrong["lnum"], wrong["col"], wrong["end_col"]) == ("DSL202", 3, 16, 20)
    assert "Dense" in wrong["message"] and wrong["source"] == "dslc"
    assert said["mended"]


def test_a_quick_fix_is_applied_and_a_value_is_renamed(nvim: Path, tmp_path: Path) -> None:
    text = WRONG.replace("output x -> Dens(3)", "y = x -> Dens(3)\n    output y")
    (tmp_path / "m.kdl").write_text(text, encoding="utf-8")
    said = in_neovim(
        nvim,
        tmp_path,
        """
        vim.cmd.edit("m.kdl")
        local lines = function() return vim.api.nvim_buf_get_lines(0, 0, -1, false) end
        wait(function() return #vim.diagnostic.get(0) > 0 end)
        vim.fn.cursor(4, 15)
        vim.lsp.buf.code_action({ apply = true, filter = function(each) return each.title == "replace by `Dense`" end })
        local fixed = wait(function() return #vim.diagnostic.get(0) == 0 end)
        vim.fn.cursor(4, 5)
        vim.lsp.buf.rename("scores")
        wait(function() return lines()[5]:match("scores") end)
        tell({ fixed = fixed, lines = lines() })
        """,
    )
    assert said["fixed"]
    assert said["lines"][3:5] == ["    scores = x -> Dense(3)", "    output scores"]


def test_hover_opens_a_window(nvim: Path, tmp_path: Path) -> None:
    (tmp_path / "m.kdl").write_text(SHOWN, encoding="utf-8")
    said = in_neovim(
        nvim,
        tmp_path,
        """
        vim.cmd.edit("m.kdl")
        wait(function() return #hints() > 0 end)
        vim.fn.cursor(4, 18)
        vim.lsp.buf.hover()
        local window
        wait(function()
          for _, each in ipairs(vim.api.nvim_list_wins()) do
            if vim.api.nvim_win_get_config(each).relative ~= "" then window = each end
          end
          return window
        end)
        tell(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false))
        """,
    )
    assert "`(4,)` → `(3,)`" in "\n".join(said)


def test_hints_and_the_server_can_be_left_out(nvim: Path, tmp_path: Path) -> None:
    (tmp_path / "m.kdl").write_text(WRONG, encoding="utf-8")
    said = in_neovim(
        nvim,
        tmp_path,
        """
        vim.g.dslc_inlay_hints = false
        vim.cmd.edit("m.kdl")
        wait(function() return #vim.diagnostic.get(0) > 0 end)
        tell({ enabled = vim.lsp.inlay_hint.is_enabled({ bufnr = 0 }), diagnostics = #vim.diagnostic.get(0) })
        """,
    )
    assert said == {"enabled": False, "diagnostics": 1}


def test_settings_say_which_hints_there_are(nvim: Path, tmp_path: Path) -> None:
    (tmp_path / "m.kdl").write_text(SHOWN, encoding="utf-8")
    said = in_neovim(
        nvim,
        tmp_path,
        """
        local config = { init_options = { inlayHints = { counts = false } } }
        vim.lsp.config("dslc", config)
        vim.cmd.edit("m.kdl")
        local labels = function() return vim.tbl_map(function(each) return each.inlay_hint.label end, hints()) end
        wait(function() return #hints() > 0 end)
        local first = labels()
        local settings = { dslc = { inlayHints = { shapes = false } } }
        local client = vim.lsp.get_clients()[1]
        client.settings = settings
        client:notify("workspace/didChangeConfiguration", { settings = settings })
        wait(function() return #hints() > 0 and labels()[1] ~= first[1] end)
        tell({ first, labels() })
        """,
    )
    assert said == [["→ (3,)"], ["15 parameters"]]


def test_documents_of_the_other_kdl_are_left_alone(nvim: Path, tmp_path: Path) -> None:
    kinds = kinds_in_neovim(nvim, tmp_path, THEIRS, patience=300)
    assert kinds == {name: ["kdl", 0] for name in THEIRS}


def test_models_are_known_by_their_text_or_by_their_name(nvim: Path, tmp_path: Path) -> None:
    models = {
        "empty.kdl": "",
        "comment.kdl": "\n# Constants.\nWIDTHS = [1, 2]\n",
        "constant.kdl": "WIDTHS = [1, 2]\n",
        "use.kdl": 'use A from "b.kdl"\n',
        "zellij.model.kdl": THEIRS["zellij.kdl"],
    }
    kinds = kinds_in_neovim(nvim, tmp_path, models, patience=20000)
    assert kinds == {name: ["dslc", 1] for name in models}


def kinds_in_neovim(nvim: Path, folder: Path, texts: dict[str, str], patience: int) -> Any:
    """What Neovim takes each of these files for, and how many language servers come to look after it in so many milliseconds."""
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return in_neovim(
        nvim,
        folder,
        f"""
        local kinds = {{}}
        for _, name in ipairs(vim.json.decode([=[{json.dumps(list(texts))}]=])) do
          vim.cmd.edit(name)
          local servers = function() return #vim.lsp.get_clients({{ bufnr = 0 }}) end
          vim.wait({patience}, function() return servers() > 0 end, 20)
          kinds[name] = {{ vim.bo.filetype, servers() }}
        end
        tell(kinds)
        """,
    )


def test_comments_indentation_and_colours_are_those_of_vim(nvim: Path, tmp_path: Path) -> None:
    (tmp_path / "m.kdl").write_text(SHOWN, encoding="utf-8")
    said = in_neovim(
        nvim,
        tmp_path,
        """
        vim.cmd.edit("m.kdl")
        local group = vim.fn.synIDattr(vim.fn.synID(2, 1, 1), "name")
        tell({ vim.bo.commentstring, vim.bo.shiftwidth, vim.bo.indentexpr, group })
        """,
    )
    assert said == ["# %s", 4, "DslcIndent(v:lnum)", "dslcItem"]


def test_colours_are_those_of_tree_sitter_where_its_parser_is(nvim: Path, tmp_path: Path) -> None:
    compiler = shutil.which("cc")
    if compiler is None:
        missing("a C compiler")
    (tmp_path / "parser").mkdir()
    source = EDITORS / "tree-sitter" / "src"
    built = [str(compiler), "-shared", "-fPIC", "-I", source, *source.glob("*.c")]
    subprocess.run([*built, "-o", tmp_path / "parser" / "dslc.so"], check=True)
    (tmp_path / "m.kdl").write_text(SHOWN, encoding="utf-8")
    said = in_neovim(
        nvim,
        tmp_path,
        """
        vim.opt.runtimepath:append(".")
        vim.cmd.edit("m.kdl")
        vim.treesitter.get_parser(0):parse(true)
        local captures = function(line, column)
          return vim.tbl_map(function(each) return each.capture end, vim.treesitter.get_captures_at_pos(0, line, column))
        end
        tell({ captures(1, 0), captures(3, 16), vim.bo.syntax })
        """,
    )
    assert "keyword" in said[0] and said[1][-1] == "type" and said[2] == ""


def test_the_python_stands_beside_the_text_and_a_build_writes_it(nvim: Path, tmp_path: Path) -> None:
    (tmp_path / "m.kdl").write_text(SHOWN.replace("Dense(3)", "Dense(3) -> ReLU"), encoding="utf-8")
    said = in_neovim(
        nvim,
        tmp_path,
        """
        vim.cmd.edit("m.kdl")
        wait(function() return #hints() > 0 end)
        local text = vim.api.nvim_get_current_buf()
        local messages = {}
        vim.lsp.handlers["window/showMessage"] = function(_, found) table.insert(messages, found.message) end
        vim.fn.cursor(4, 30)
        vim.cmd("DslcPython")
        local python = vim.api.nvim_win_get_buf(vim.fn.win_getid(2))
        local lines = function() return vim.api.nvim_buf_get_lines(python, 0, -1, false) end
        local marked = function()
          return vim.tbl_map(function(each) return vim.trim(lines()[each[2] + 1]) end, vim.api.nvim_buf_get_extmarks(python, -1, 0, -1, {}))
        end
        wait(function() return #lines() > 3 and #marked() > 0 end)
        local first = marked()
        vim.cmd("4s/ReLU/Softmax/")
        vim.api.nvim_exec_autocmds("TextChanged", { buffer = text })
        local followed = wait(function() return table.concat(lines()):match("Softmax") end)
        vim.api.nvim_set_current_win(vim.fn.win_getid(2))
        vim.fn.search("Dense")
        vim.api.nvim_exec_autocmds("CursorMoved", { buffer = python })
        local back = vim.api.nvim_buf_get_extmarks(text, vim.api.nvim_get_namespaces()["dslc.python"], 0, -1, { details = true })[1]
        vim.api.nvim_set_current_win(vim.fn.win_getid(1))
        vim.cmd("DslcBuild")
        wait(function() return #messages > 0 end)
        vim.cmd("4s/Softmax/[ReLU, _] -> Add/")
        vim.cmd("DslcVerify sequential")
        wait(function() return #vim.diagnostic.get(text) > 0 end)
        local refused = vim.tbl_map(function(each) return each.code end, vim.diagnostic.get(text))
        tell({ refused = refused, first = first, followed = followed, back = { back[2], back[3], back[4].end_col }, messages = messages, filetype = vim.bo[python].filetype })
        """,
    )
    assert said["first"] == ["y = layers.ReLU()(y)"] and said["followed"] and said["filetype"] == "python"
    assert said["back"] == [3, 16, 24]
    assert said["messages"][0] == "dslc: wrote m.py"
    assert said["refused"] == ["DSL501"]  # what Keras need not be asked
    assert "layers.Softmax()" in (tmp_path / "m.py").read_text(encoding="utf-8")


def test_the_picture_is_a_page_in_the_browser(nvim: Path, tmp_path: Path) -> None:
    (tmp_path / "m.kdl").write_text(SHOWN, encoding="utf-8")
    said = in_neovim(
        nvim,
        tmp_path,
        """
        local opened, told = {}, {}
        vim.ui.open = function(path) table.insert(opened, path) return true end
        vim.notify = function(text) table.insert(told, text) end
        vim.cmd.edit("m.kdl")
        wait(function() return #hints() > 0 end)
        for _ = 1, 2 do
          local before = #opened
          vim.cmd("DslcPicture")
          wait(function() return #opened > before end)
        end
        local page = table.concat(vim.fn.readfile(opened[1]), "\\n")
        vim.cmd("%s/Dense/Dens/")
        vim.cmd("DslcPicture")
        wait(function() return #told > 2 end)
        tell({ same = opened[1] == opened[2], page = page, told = told[3], opened = #opened })
        """,
    )
    assert said["same"] and said["page"].startswith("<!DOCTYPE html>") and '"Dense"' in said["page"]
    assert said["told"] == "dslc: a text with a mistake has no picture" and said["opened"] == 2


def test_a_terminal_shows_the_hints_and_the_mistake(nvim: Path, tmp_path: Path, screens: Path) -> None:
    """What a person sees: Neovim in a terminal, which is another Neovim's; its screen is kept beside the pictures of VS Code."""
    (tmp_path / "m.kdl").write_text(SHOWN.replace("}", "    output z = x -> Dens(3)\n}"), encoding="utf-8")
    (tmp_path / "inner.lua").write_text(
        f'vim.lsp.config("dslc", {{ cmd = {{ "{sys.executable}", "-m", "dslc", "lsp" }} }})\n'
        "vim.diagnostic.config({ virtual_text = true })\n",
        encoding="utf-8",
    )
    screen = in_neovim(
        nvim,
        tmp_path,
        f"""
        local words = {{ "{nvim}", "--clean", "-i", "NONE", "--cmd", "set runtimepath^={EDITORS / 'nvim'}", "--cmd", "luafile inner.lua", "m.kdl" }}
        local job = vim.fn.jobstart(words, {{ term = true }})
        local lines = function() return vim.api.nvim_buf_get_lines(0, 0, -1, false) end
        wait(function()
          local seen = table.concat(lines())
          return seen:match("parameters") and seen:match("there is no layer")
        end)
        local seen = lines()
        vim.fn.jobstop(job)
        tell(seen)
        """,
    )
    (screens / "neovim.txt").write_text("\n".join(screen).rstrip() + "\n", encoding="utf-8")
    (right,) = (line for line in screen if "Dense(3)" in line)
    (wrong,) = (line for line in screen if "Dens(3)" in line)
    assert right.rstrip().endswith("output x -> Dense(3) → (3,) 15 parameters")
    assert "there is no layer or block called `Dens`" in wrong
