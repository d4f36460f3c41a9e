package diag

import (
	"slices"
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	t.Parallel()
	candidates := []string{"uint16", "uint64", "int32", "Order", "ledger"}
	tests := []struct{ name, want string }{
		{"uint46", "uint64"}, {"Ordre", "Order"}, {"order", "Order"}, {"legder", "ledger"}, {"int23", "int32"}, {"x", ""},
		{"Something", ""}, {"", ""}, {strings.Repeat("Order", 100), ""},
	}
	for _, test := range tests {
		if got := Nearest(test.name, slices.Values(candidates)); got != test.want {
			t.Errorf("Nearest(%q) = %q, want %q", test.name, got, test.want)
		}
	}
}
