" Indentation of .kdl models: one step in brackets and braces, and one for a line that begins with an arrow.

if exists('b:did_indent')
  finish
endif
let b:did_indent = 1

setlocal indentexpr=DslcIndent(v:lnum) indentkeys=0{,0},0),0],!^F,o,O,0=->,0=else autoindent
let b:undo_indent = 'setlocal indentexpr< indentkeys< autoindent<'

if exists('*DslcIndent')
  finish
endif

" the text of a line without its comment and what is in its strings
function! s:Code(number) abort
  let l:text = substitute(getline(a:number), '"\%(\\.\|[^"\\]\)*"\|''\%(\\.\|[^''\\]\)*''', '""', 'g')
  return substitute(l:text, '\s*#.*$', '', '')
endfunction

" the nearest line with code before a line, or behind it; 0 where there is none
function! s:Near(number, step) abort
  let l:line = a:number + a:step
  while l:line >= 1 && l:line <= line('$') && s:Code(l:line) =~# '^\s*$'
    let l:line += a:step
  endwhile
  return l:line <= line('$') ? l:line : 0
endfunction

" the line that holds the opening bracket of a line that begins with a closing one, or the line itself
function! s:Head(number) abort
  let l:closer = matchstr(getline(a:number), '^\s*\zs[])}]')
  if l:closer ==# ''
    return a:number
  endif
  let l:opener = {')': '(', ']': '\[', '}': '{'}[l:closer]
  let l:place = getcurpos()
  call cursor(a:number, indent(a:number) + 1)
  let l:skip = 'synIDattr(synID(line("."), col("."), 1), "name") =~# "String\\|string\\|Comment"'
  let l:found = searchpair(l:opener, '', l:closer ==# ']' ? '\]' : l:closer, 'bnW', l:skip)
  call setpos('.', l:place)
  return l:found > 0 ? l:found : a:number
endfunction

" the end of a line that the next one continues
let s:goes_on = '\%(^\s*assert\>.*,\|->\|[-+*/%@]\|[^=<>!]=\|\<\%(and\|in\|is\|not\|or\)\)$'

" the beginning of a line that continues the one before
let s:carries_on = '^\s*\zs\%(->\|else\>\)'

" the line that the statement around a line begins with
function! s:Start(number) abort
  let l:line = s:Head(a:number)
  while l:line > 1
    let l:above = s:Near(l:line, -1)
    if s:Code(l:line) !~# s:carries_on && (l:above == 0 || s:Code(l:above) !~# s:goes_on)
      break
    endif
    let l:line = s:Head(l:above)
  endwhile
  return l:line
endfunction

function! DslcIndent(number) abort
  let l:above = s:Near(a:number, -1)
  if l:above == 0
    return 0
  endif
  if getline(a:number) =~# '^\s*[])}]'
    return indent(s:Head(a:number))
  endif
  let l:code = s:Code(l:above)
  if l:code =~# '[([{]$'
    return indent(l:above) + shiftwidth()
  endif
  let l:line = a:number
  if getline(l:line) =~# '^\s*#' && getline(s:Near(l:line, 1)) =~# '^\s*->'
    let l:line = s:Near(l:line, 1)  " a comment inside of a chain
  endif
  let l:carries = matchstr(getline(l:line), s:carries_on)
  if l:carries !=# ''
    let l:head = s:Head(l:above)
    let l:goes_on = matchstr(s:Code(l:head), s:carries_on) ==# l:carries || s:Code(s:Near(l:head, -1)) =~# '[^=<>!]=$'
    return indent(l:head) + (l:goes_on ? 0 : shiftwidth())
  endif
  if l:code =~# s:goes_on
    return indent(l:above) + shiftwidth()
  endif
  return indent(s:Start(l:above))
endfunction
