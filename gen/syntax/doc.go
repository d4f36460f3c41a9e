// Package syntax turns the text of a .shm file into a syntax tree. It knows the grammar of the schema language and
// nothing of its meaning: names are not looked up, numbers are not computed, and a kind's arguments are not counted;
// gen/schema does that.
//
// [Parse] never fails: it reports what is wrong, skips to the next field or declaration and goes on, so that one run
// shows the mistakes of the whole file. What could not be read is marked in the tree as broken, so that nobody reports
// what only follows from it. The tree keeps every comment and the place of everything, which a formatter needs.
//
// Texts are bounded ([MaxText]), and so is the nesting of what they contain: no text makes Parse run out of stack.
package syntax
