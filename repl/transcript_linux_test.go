package repl_test

import (
	"cmp"
	"flag"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write into the documents what the prompt answers")

// exchange is one input of a transcript, and what the document says comes back.
type exchange struct {
	line    int // of the document, from 0
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
		if script := transcript(string(source)); len(script) > 0 {
			t.Run(filepath.Base(path), func(t *testing.T) {
				f := follow(t, script)
				if *update {
					f.rewrite(path, string(source))
				}
			})
		}
	}
}

// follower types a transcript.
type follower struct {
	s      *screen
	script []exchange
	got    []string // what the prompt answered
	there  *strings.Replacer
	back   *strings.Replacer
}

// freePorts has the ports that documents use stand for some that are free.
func (f *follower) freePorts() {
	f.s.t.Helper()
	var there, back []string
	for _, port := range []string{"7007", "7008", "7009"} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			f.s.t.Fatal(err)
		}
		_, free, _ := net.SplitHostPort(l.Addr().String())
		there, back = append(there, port, free), append(back, free, port)
		_ = l.Close()
	}
	f.there, f.back = strings.NewReplacer(there...), strings.NewReplacer(back...)
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
			script = append(script, exchange{line: number, input: []string{typed}})
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

// documentWidth is how many columns the documents' transcripts have.
const documentWidth = 88

func follow(t *testing.T, script []exchange) *follower {
	f := &follower{s: open(t, setting{columns: documentWidth, rows: 100}), script: script}
	f.freePorts()
	for _, x := range script {
		got := f.back.Replace(f.exchanged(x))
		f.got = append(f.got, got)
		if got, want := masked(got), masked(strings.Join(x.output, "\n")); got != want && !*update {
			t.Errorf("line %d: %s\n--- the prompt answers\n%s\n--- the document says\n%s", x.line+1, x.input[0], got, want)
		}
	}
	return f
}

// exchanged types an input, and answers what is printed. What a thread prints may come a
// moment after the prompt: as many lines as the document has are waited for.
func (f *follower) exchanged(x exchange) string {
	s := f.s
	s.t.Helper()
	source := f.there.Replace(strings.Join(x.input, "\r"))
	if x.stopped {
		text, _ := s.interrupted(source, true)
		return echoed(output(text, x))
	}
	s.press("\x0c")
	s.until("an empty screen", func(text string) bool { return text == ">" })
	text := s.enter(source)
	late := time.Now().Add(patience)
	for strings.Count(output(text, x), "\n") < len(x.output)-1 && !*update && time.Now().Before(late) {
		time.Sleep(time.Millisecond)
		s.mu.Lock()
		text = s.shown()
		s.mu.Unlock()
	}
	return output(text, x)
}

// echoed has "^C" in front of what an interrupted input prints. That is the terminal's echo,
// which is lost where the shell is quicker to switch echoing off: between the signal and the
// echo the kernel gives up its lock on the modes (drivers/tty/n_tty.c, isig).
func echoed(text string) string {
	if strings.HasPrefix(text, "^C\n") {
		return text
	}
	return "^C\n" + text
}

// output is the screen without the input and the next prompt.
func output(text string, x exchange) string {
	lines := strings.Split(text, "\n")
	return strings.Join(lines[min(len(x.input), len(lines)-1):len(lines)-1], "\n")
}

// rewrite puts into the document what the prompt answered.
func (f *follower) rewrite(path, source string) {
	lines := strings.Split(source, "\n")
	for i := len(f.script) - 1; i >= 0; i-- {
		x := f.script[i]
		from := x.line + len(x.input)
		var answer []string
		if f.got[i] != "" {
			answer = strings.Split(f.got[i], "\n")
		}
		lines = slices.Concat(lines[:from:from], answer, lines[from+len(x.output):])
	}
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o644); err != nil {
		f.s.t.Fatal(err)
	}
}

var masks = []struct {
	what *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`(?m)^(main|thread \d+ \S+) +[-#.]+[-#. ]*$`), "$1 LANE"}, // of a time line
	{regexp.MustCompile(` {2,}`), " "},
	{regexp.MustCompile(`(?m) +$`), ""},
	{regexp.MustCompile(`(127\.0\.0\.1|\[::1\]):\d+`), "$1:PORT"},
	{regexp.MustCompile(`htons\(\d+\)`), "htons(PORT)"},
	{regexp.MustCompile(`<(blocked )?\d+\.\d+>`), "<${1}TIME>"},
	{regexp.MustCompile(`/dev/pts/\d+`), "/dev/pts/N"},
	{regexp.MustCompile(`\b(pipe|socket):\[\d+\]`), "$1:[N]"},
	{regexp.MustCompile(`\d+\.\d\d+`), "NUMBER"},              // a time, a share
	{regexp.MustCompile(`\d{1,3}(,\d{3})+|\d{5,}`), "NUMBER"}, // a size of the kernel's choice, a process
}

// masked takes out what differs from one run, or one machine, to the next: also whether a thread's
// end is told before what the line itself answers, or behind it.
func masked(text string) string {
	for _, m := range masks {
		text = m.what.ReplaceAllString(text, m.with)
	}
	lines := strings.Split(text, "\n")
	slices.SortStableFunc(lines, func(a, b string) int { return cmp.Compare(endsThread(a), endsThread(b)) })
	return strings.Join(lines, "\n")
}

// endsThread is 1 for a line that tells of a thread's end, else 0.
func endsThread(line string) int {
	if threadEnd.MatchString(line) {
		return 1
	}
	return 0
}

var threadEnd = regexp.MustCompile(`^thread \d+: `)
