" The same as in Vim.
execute 'source' fnameescape(expand('<sfile>:p:h:h:h') . '/vim/' . expand('<sfile>:p:h:t') . '/dslc.vim')
