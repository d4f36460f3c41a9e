package schema

import (
	"slices"
	"strings"
	"testing"
)

func TestGoName(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, want string }{
		{"money", "Money"}, {"job_id", "JobID"}, {"jobId", "JobID"}, {"jobID", "JobID"}, {"id", "ID"}, {"ids", "IDs"},
		{"job_ids", "JobIDs"}, {"jobIds", "JobIDs"}, {"jobIDs", "JobIDs"}, {"jobIDsOpen", "JobIDsOpen"}, {"url", "URL"},
		{"url_of_http_api", "URLOfHTTPAPI"}, {"myHTTPServer", "MyHTTPServer"}, {"https", "HTTPS"}, {"dns", "DNS"},
		{"identity", "Identity"}, {"a", "A"}, {"a_b", "AB"}, {"a1_2b", "A12b"}, {"utf8", "UTF8"}, {"x2Y", "X2Y"},
		{"rates", "Rates"}, {"pid", "PID"}, {"grid", "Grid"}, {"bus", "Bus"},
	}
	for _, test := range tests {
		if got := goName(test.name); got != test.want {
			t.Errorf("goName(%q) = %q, want %q", test.name, got, test.want)
		}
	}
}

func TestInitialismsAreSorted(t *testing.T) {
	t.Parallel()
	list := strings.Fields(initialisms)
	if !slices.IsSorted(list) || len(slices.Compact(slices.Clone(list))) != len(list) || len(list) < 40 {
		t.Errorf("initialisms.txt is not a sorted list without doubles: %v", list)
	}
	for _, word := range list {
		if word != strings.ToUpper(word) {
			t.Errorf("%s is not in capitals", word)
		}
	}
}

func TestNameStyles(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name                string
		member, declaration bool
	}{
		{"a", true, false}, {"lower_snake", true, false}, {"lowerCamel", true, false}, {"a1", true, false}, {"mixed_Camel", false, false},
		{"a__b", false, false}, {"a_", false, false}, {"_a", false, false}, {"Upper", false, true}, {"MAX_SIZE", false, true},
		{"A", false, true}, {"größe", false, false}, {"Ä", false, false}, {"", false, false}, {"1a", false, false},
	}
	for _, test := range tests {
		if got := memberStyle(test.name); got != test.member {
			t.Errorf("memberStyle(%q) = %v, want %v", test.name, got, test.member)
		}
		if got := declarationStyle(test.name); got != test.declaration {
			t.Errorf("declarationStyle(%q) = %v, want %v", test.name, got, test.declaration)
		}
	}
}
