" How .kdl models are edited: comments, indentation, and `gq` by `dslc fmt`.

if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1

setlocal comments=:# commentstring=#\ %s formatoptions-=t
setlocal expandtab shiftwidth=4 softtabstop=4
setlocal suffixesadd=.kdl
let &l:include = '\<from\s\+["'']'
if executable('dslc')
  let &l:formatprg = 'dslc fmt - --stdin-filename ' . shellescape(expand('%:p'))
endif

let b:undo_ftplugin = 'setlocal comments< commentstring< formatoptions< expandtab< shiftwidth< softtabstop<'
      \ . ' suffixesadd< include< formatprg<'
