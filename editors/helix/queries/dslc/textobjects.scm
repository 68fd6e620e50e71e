(model body: (body) @class.inside) @class.around
(block body: (body) @class.inside) @class.around
(function body: (body) @function.inside) @function.around
(parameter) @parameter.inside
(keyword) @parameter.inside
(comment) @comment.inside
