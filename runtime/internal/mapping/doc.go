// Package mapping makes the files that segments live in and maps them: creation without a name, publication under a
// name in one step, and memory whose every access is checked against its bounds before a pointer is made.
package mapping
