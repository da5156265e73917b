//go:build linux

package docs

import (
	"bytes"
	"os"
	"testing"

	"sockrepl/bindings/calls"
)

func TestReferenceIsFresh(t *testing.T) {
	var want bytes.Buffer
	calls.WriteMarkdown(&want)
	got, err := os.ReadFile("reference.md")
	if err != nil || !bytes.Equal(got, want.Bytes()) {
		t.Error("reference.md is stale: run go generate ./docs")
	}
}
