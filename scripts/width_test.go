package scripts_test

import (
	"io/fs"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sockrepl/bindings/built"
	"sockrepl/scripts"
)

// narrow fails where a line, its tabs spread out, does not fit a terminal of 80 columns.
func narrow(t *testing.T, what, text string) {
	t.Helper()
	for _, line := range strings.Split(text, "\n") {
		for at := strings.IndexByte(line, '\t'); at >= 0; at = strings.IndexByte(line, '\t') {
			line = line[:at] + strings.Repeat(" ", 8-at%8) + line[at+1:]
		}
		if len(line) > 79 {
			t.Errorf("%s: %d columns: %s", what, len(line), line)
		}
	}
}

// exercise is a line of the list of exercises.
var exercise = regexp.MustCompile(`(?m)^  (\w+) `)

// TestWidth: what the program says of itself, of the demos and the exercises, and what the
// demos print unattended, fits a terminal of 80 columns.
func TestWidth(t *testing.T) {
	list, _ := output(t, "check")
	narrow(t, "check", list)
	for _, found := range exercise.FindAllStringSubmatch(list, -1) {
		text, _ := output(t, "check", found[1])
		narrow(t, "check "+found[1], text)
	}
	for _, option := range []string{"--help", "--demos"} {
		text, _ := output(t, option)
		narrow(t, option, text)
	}
	names, _ := fs.Glob(scripts.FS, "*.lua")
	for _, file := range names {
		name := strings.TrimSuffix(file, ".lua")
		source, _ := scripts.Demo(name)
		for line := range strings.Lines(source) {
			text, isComment := strings.CutPrefix(line, "-- ")
			if !isComment {
				break
			}
			narrow(t, name, strings.TrimSuffix(text, "\n"))
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(built.Program(t), name)
			if strings.HasPrefix(name, "echo_") {
				cmd.Args = append(cmd.Args, "0", "--idle", "0.1")
			}
			cmd.Dir = filepath.Clean(t.TempDir())
			text, _ := cmd.CombinedOutput() // some lack their words
			narrow(t, name, string(text))
		})
	}
}
