package docs_test

import (
	"os"
	"regexp"
	"testing"

	"sockrepl/bindings/calls"
)

// TestFromC: who comes from C finds each call that C has, too.
func TestFromC(t *testing.T) {
	text, err := os.ReadFile("from-c.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range calls.All() {
		if c.Man == "" {
			continue
		}
		if !regexp.MustCompile(`\b` + regexp.QuoteMeta(c.Name) + `\b`).Match(text) {
			t.Errorf("%s is not in from-c.md", c.Name)
		}
	}
}
