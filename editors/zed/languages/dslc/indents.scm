(body "}" @end) @indent
(arguments ")" @end) @indent
(parameters ")" @end) @indent
(list "]" @end) @indent
(chain) @indent
