" How .kdl models are edited: comments, indentation, and `gq`, which formats the whole text by `dslc fmt`.

if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1

setlocal comments=:# commentstring=#\ %s formatoptions-=t
setlocal expandtab shiftwidth=4 softtabstop=4
setlocal suffixesadd=.kdl
let &l:include = '\<from\s\+["'']'
if executable('dslc')
  setlocal formatexpr=DslcFormat()
endif

let b:undo_ftplugin = 'setlocal comments< commentstring< formatoptions< expandtab< shiftwidth< softtabstop<'
      \ . ' suffixesadd< include< formatexpr<'

if exists('*DslcFormat')
  finish
endif

" Put the formatted text into the buffer; where it cannot be formatted, say why and leave it as it is.
function! DslcFormat() abort
  if mode() =~# '[iR]'
    return 1
  endif
  let l:errors = tempname()
  let l:asked = 'dslc fmt - --stdin-filename ' . shellescape(expand('%:p')) . ' 2> ' . shellescape(l:errors)
  let l:made = systemlist(l:asked, getline(1, '$'))
  if v:shell_error
    echohl ErrorMsg
    echomsg get(readfile(l:errors), 0, 'dslc fmt failed')
    echohl None
  elseif l:made !=# getline(1, '$')
    let l:view = winsaveview()
    call setline(1, l:made)
    if line('$') > len(l:made)
      call deletebufline('%', len(l:made) + 1, '$')
    endif
    call winrestview(l:view)
  endif
  call delete(l:errors)
  return 0
endfunction
