package repl_test

import (
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// exchange is one input of a transcript, and what the document says comes back.
type exchange struct {
	line    int // of the document
	input   []string
	output  []string
	stopped bool // by Ctrl-C
}

// TestTranscripts types what the documents show into a real prompt, and compares. A document
// is one session. Ports are not compared; a port that a document chooses is a free one here.
func TestTranscripts(t *testing.T) {
	documents, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range append(documents, "../README.md") {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if script := transcript(withFreePorts(t, string(source))); len(script) > 0 {
			t.Run(filepath.Base(path), func(t *testing.T) { follow(t, script) })
		}
	}
}

// withFreePorts replaces the ports that documents use by some that are free.
func withFreePorts(t *testing.T, source string) string {
	for _, port := range []string{"7007", "7008"} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		_, free, _ := net.SplitHostPort(l.Addr().String())
		source = strings.ReplaceAll(source, port, free)
		_ = l.Close()
	}
	return source
}

// transcript reads the blocks of a document that begin with a prompt.
func transcript(source string) (script []exchange) {
	inside, isTranscript := false, false
	for number, line := range strings.Split(source, "\n") {
		if strings.HasPrefix(line, "```") {
			inside, isTranscript = !inside, false
			continue
		}
		typed, isInput := strings.CutPrefix(line, "> ")
		more, goesOn := strings.CutPrefix(line, ">> ")
		last := len(script) - 1
		switch {
		case !inside:
		case isInput:
			isTranscript = true
			script = append(script, exchange{line: number + 1, input: []string{typed}})
		case !isTranscript:
		case goesOn || line == ">>":
			script[last].input = append(script[last].input, more)
		default:
			script[last].stopped = script[last].stopped || line == "^C"
			script[last].output = append(script[last].output, line)
		}
	}
	return script
}

func follow(t *testing.T, script []exchange) {
	s := open(t, setting{columns: 100, rows: 100})
	for _, x := range script {
		if got, want := masked(s.exchanged(x)), masked(strings.Join(x.output, "\n")); got != want {
			t.Errorf("line %d: %s\n--- the prompt answers\n%s\n--- the document says\n%s", x.line, x.input[0], got, want)
		}
	}
}

// exchanged types an input, and answers what is printed.
func (s *screen) exchanged(x exchange) string {
	s.t.Helper()
	source := strings.Join(x.input, "\r")
	text := ""
	if x.stopped {
		text, _ = s.interrupted(source, true)
	} else {
		s.press("\x0c")
		s.until("an empty screen", func(text string) bool { return text == ">" })
		text = s.enter(source)
	}
	lines := strings.Split(text, "\n")
	return strings.Join(lines[min(len(x.input), len(lines)-1):len(lines)-1], "\n")
}

var masks = []struct {
	what *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "127.0.0.1:PORT"},
}

// masked takes out what differs from one run to the next.
func masked(text string) string {
	for _, m := range masks {
		text = m.what.ReplaceAllString(text, m.with)
	}
	return text
}
