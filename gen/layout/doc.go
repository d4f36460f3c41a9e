// Package layout decides where every byte of a segment lies. It turns the resolved schema into the
// [descriptor.Segment] that the generated code carries and the runtime compares, and into the records' padding.
//
// The rules belong to the segment format, not to a compiler: they give the same offsets on every GOARCH.
//
//   - The data part holds one block for each version of the segment, in order; each block starts on a 64-byte line.
//   - Within a block the fields stand in the order of the schema, but the fields that a lock guards follow their lock.
//   - A field with a lock of its own starts on a 64-byte line, any other one at the alignment of its type. The option
//     align=N raises that.
//   - Members of records lie at multiples of their size, records are multiples of 8, and all padding is explicit.
//
// What is inside one field is decided by [descriptor.Segment.Inside], which the runtime uses too.
//
// All functions here are pure. The package reads no files and writes none.
package layout
