" Syntax of the .kdl models that dslc compiles. `editors/generate.py` writes the lists of words.

if exists('b:current_syntax')
  finish
endif

syn case match
syn iskeyword @,48-57,_,192-255

" names: layers, blocks and models begin with a capital, constants have nothing else
syn match dslcLayer '\<\u\w*\>'
syn match dslcConstant '\%(->\s*\)\@<!\<\u[A-Z0-9_]\+\>\ze\%(\s*(\)\@!'

" words that are never names
syn keyword dslcFlow else for if
syn keyword dslcOperatorWord and in is not or
syn keyword dslcBoolean False None True
syn match dslcSpecial '\<_\>'
syn match dslcBuiltin '\%(\.\s*\)\@<!\<\%(abs\|all\|any\|bool\|ceil\|cond\|enumerate\|float\|floor\|int\|items\|keys\|len\|list\|max\|min\|range\|record\|reversed\|round\|sorted\|str\|sum\|taps\|tuple\|values\|zip\)\>\ze\s*('
syn match dslcNamespace '\%(\.\s*\)\@<!\<\%(activations\|applications\|constraints\|initializers\|math\|ops\|random\|regularizers\)\>\ze\s*\.'

" words that are names wherever no statement begins
syn match dslcItem '\%(\.\s*\)\@<!\<\%(block\|extern\|fn\|model\|use\)\>\ze[ \t]\+\%(\%(and\|else\|for\|if\|in\|is\|not\|or\)\>\)\@!\h' nextgroup=dslcName skipwhite
syn match dslcStatement '\%(\.\s*\)\@<!\<\%(input\|loss\|shared\|weight\)\>\ze[ \t]\+\%(\%(and\|else\|for\|if\|in\|is\|not\|or\)\>\)\@!\w'
syn match dslcStatement '\%(^\|[{})\]]\)\@<=\s*\zs\<output\>\ze\%([ \t]*[\[(]\|[ \t]\+\%(\w\|["'']\|->\@!\)\)'
syn match dslcStatement '\%(^\|[{}]\)\@<=\s*\zs\<\%(assert\|return\)\>\ze\%([ \t]*[^=,.:+*/%@<>!) \t]\|[ \t]\+\*[^*= \t]\)'
syn match dslcInclude '\%([)_[:alnum:]][ \t]*\)\@<=\<from\>\ze[ \t]*["''A-Za-z_]'
syn match dslcName '\h\w*' contained

syn match dslcArrow '->'
syn match dslcOperator '[-+*/%@<>=!]\+' contains=dslcArrow
syn match dslcUnknown '?'
syn match dslcNumber '\<\%(0[xX][0-9a-fA-F_]\+\|0[oO][0-7_]\+\|0[bB][01_]\+\)\>'
syn match dslcNumber '\%(\<\d[0-9_]*\.\=\|\.\@<!\.\ze\d\)\%(\d[0-9_]*\)\=\%([eE][+-]\=\d[0-9_]*\)\='

syn match dslcEscape '\\.' contained
syn region dslcString start=+[rRfF]\=\z(["']\)+ skip=+\\.+ end=+\z1\|$+ contains=dslcEscape,@Spell
syn region dslcDocstring start=+[rR]\=\z("""\|'''\)+ skip=+\\.+ end=+\z1+ keepend contains=dslcEscape,@Spell
syn region dslcString start=+[fF]\z(["']\)+ skip=+\\.+ end=+\z1\|$+ contains=dslcEscape,dslcReplacement,@Spell
syn match dslcReplacement '{{\|}}\|{[^{}"'']*}' contained

syn keyword dslcTodo TODO FIXME XXX contained
syn match dslcComment '#.*$' contains=dslcTodo,dslcIgnore,@Spell
syn match dslcIgnore '\<dslc: ignore\%(\[[A-Z0-9, ]*\]\)\=' contained

syn region dslcBody start='{' end='}' transparent fold

hi def link dslcLayer Type
hi def link dslcConstant Constant
hi def link dslcFlow Conditional
hi def link dslcOperatorWord Operator
hi def link dslcBoolean Boolean
hi def link dslcSpecial Special
hi def link dslcBuiltin Function
hi def link dslcNamespace Include
hi def link dslcItem Keyword
hi def link dslcName Function
hi def link dslcStatement Statement
hi def link dslcInclude Include
hi def link dslcArrow Operator
hi def link dslcOperator Operator
hi def link dslcUnknown Special
hi def link dslcNumber Number
hi def link dslcEscape SpecialChar
hi def link dslcString String
hi def link dslcReplacement Special
hi def link dslcDocstring String
hi def link dslcTodo Todo
hi def link dslcComment Comment
hi def link dslcIgnore PreProc

let b:current_syntax = 'dslc'
