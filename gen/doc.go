// Package gen turns schema files into Go source: it reads them, has them parsed, checked, laid out and emitted by the
// packages below it, and compares or writes the result.
//
//	result, err := gen.Generate(ctx, gen.Options{Paths: []string{"bank.shm"}})
//	if err != nil { … }                      // trouble: a file cannot be read
//	if result.Failed() { … }                 // findings: result.Diagnostics
//	written, err := gen.Write(ctx, result.Files)
//
// A problem of the schema is a [diag.Diagnostic], and every one of every file is found in one run. An error means that
// the work could not be done. [Generate] and [Check] write nothing.
//
// # Several schemas in one package
//
// All schemas of one folder with the same package clause make up one Go package. The types of string[n] and bytes[n]
// are declared by the first output, in the order of file names, whose schema uses them; so the others of the folder are
// read even if one file is generated alone, and an error in any of them counts.
//
// # What a generated file says about itself
//
// The second line of an output, "//shm:gen format=1 layout=… flags…", holds what is needed to make the same file
// again: pkg=NAME if the package is not the schema's, and schema=PATH, relative to the output and with slashes, if the
// schema lies in another folder. [Check] relies on it.
package gen
