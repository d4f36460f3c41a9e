// Package emit writes Go: from a resolved schema and its layout it makes the source of one generated file, with
// github.com/dave/jennifer.
//
// What is generated for a schema:
//
//   - constants, enums with String, records as structs with explicit padding, and the types of string[n] and bytes[n];
//   - for each segment a struct of handles, its constructors, the function that binds the handles to memory, the types
//     of locks that guard fields, the descriptor and the hash of the layout;
//   - checks that stop the build when the compiler, a bound struct or the runtime disagrees with the layout.
//
// The output depends on its input alone: it is the same on every run and every machine. Before [File] returns it, the
// structs in it are type-checked under the sizes of every GOARCH that Linux has. What the runtime cannot do yet is
// reported by [Unsupported]; nothing is left out silently.
//
// Text from a schema reaches the output as comments, which cannot become directives or code (see comment.go), as quoted
// strings, and as names that the front end has checked.
package emit
