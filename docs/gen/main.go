// Command gen writes docs/reference.md from the rows of the calls.
package main

import (
	"bytes"
	"log"
	"os"

	"sockrepl/bindings/calls"
)

func main() {
	var b bytes.Buffer
	calls.WriteMarkdown(&b)
	if err := os.WriteFile("reference.md", b.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}
