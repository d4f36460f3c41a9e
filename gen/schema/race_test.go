//go:build race

package schema

// raceEnabled says whether the race detector watches the test.
const raceEnabled = true
