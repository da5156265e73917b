package bindings

import "testing"

// TestLinuxScripts runs the chunks about what only Linux has.
func TestLinuxScripts(t *testing.T) { runScripts(t, "testdata/linux/*.lua") }
