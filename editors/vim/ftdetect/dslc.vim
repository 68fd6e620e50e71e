" Files of dslc and of the KDL Document Language (kdl.dev) have the same suffix: the text tells which it is.

function! s:Detect() abort
  let l:lines = getline(1, 200)
  let l:first = matchstr(join(l:lines, "\n"), '[^ \t\n].*')
  let l:item = '^\%(\%(block\|extern\|fn\|model\|use\)[ \t]\+\h\|\h\w*[ \t]*=\)'
  if expand('<afile>:t') =~# '\.model\.kdl$' || l:first ==# '' || l:first =~# '^\%("""\|''''''\|#\)' || match(l:lines, l:item) >= 0
    set filetype=dslc
  endif
endfunction

autocmd BufNewFile,BufRead *.kdl call s:Detect()
