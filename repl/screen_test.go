package repl_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"sockrepl/bindings/built"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

func TestMain(m *testing.M) {
	for fd := 3; fd < 1024; fd++ { // what the tests inherited is none of the shell's
		unix.CloseOnExec(fd)
	}
	os.Exit(built.Main(m))
}

// screen is a terminal with the shell in it, as a person sees it.
type screen struct {
	t    *testing.T
	cmd  *exec.Cmd
	pty  *os.File
	tty  *os.File // the shell's side, to look at its modes
	home string
	idle map[string]int // how many threads wait in which system calls while it reads a line

	mu      sync.Mutex
	changed *sync.Cond
	term    *vt.Emulator
	prompts int // how often the shell began to read a line: it then asks for bracketed paste
	partial string
	rawText strings.Builder
	ended   bool
}

// setting is how a shell is started.
type setting struct {
	columns, rows uint16
	program       string // the shell if ""
	env           []string
	args          []string
	home          string // where it keeps its files; a new folder if ""
}

// open starts the shell and waits for its prompt.
func open(t *testing.T, o setting) *screen {
	t.Helper()
	s := start(t, o)
	s.waitFor(">")
	return s
}

func start(t *testing.T, o setting) *screen {
	t.Helper()
	if o.columns == 0 {
		o.columns, o.rows = 80, 40
	}
	if o.home == "" {
		o.home = t.TempDir()
	}
	s := &screen{t: t, home: o.home, term: vt.NewEmulator(int(o.columns), int(o.rows))}
	s.changed = sync.NewCond(&s.mu)
	var err error
	if s.pty, s.tty, err = pty.Open(); err != nil {
		t.Fatal(err)
	}
	if err = pty.Setsize(s.pty, &pty.Winsize{Cols: o.columns, Rows: o.rows}); err != nil {
		t.Fatal(err)
	}
	if o.program == "" {
		o.program = built.Program(t)
	}
	s.cmd = exec.Command(o.program, o.args...)
	s.cmd.Dir = s.home
	s.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.home, "TERM=xterm-256color", "NO_COLOR=1"}, o.env...)
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = s.tty, s.tty, s.tty
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err = s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go s.watch()
	t.Cleanup(s.close)
	return s
}

// watch draws what the shell writes.
func (s *screen) watch() {
	go func() { _, _ = s.term.Read(make([]byte, 64)) }() // a terminal's answers go nowhere
	buf := make([]byte, 4096)
	for {
		n, err := s.pty.Read(buf)
		s.mu.Lock()
		_, _ = s.term.Write(buf[:n])
		s.countPrompts(buf[:n])
		s.rawText.Write(buf[:n])
		s.ended = err != nil
		s.changed.Broadcast()
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// countPrompts counts requests for bracketed paste, one of which may come in two pieces.
func (s *screen) countPrompts(written []byte) {
	const request = "\x1b[?2004h"
	text := s.partial + string(written)
	s.prompts += strings.Count(text, request)
	s.partial = text[max(0, len(text)-len(request)+1):]
}

func (s *screen) close() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
	_ = s.tty.Close()
	_ = s.pty.Close()
}

// patience is how long something may take that is expected to come.
const patience = 20 * time.Second

// until waits for the screen to be as it should, and answers it.
func (s *screen) until(what string, right func(text string) bool) string {
	s.t.Helper()
	late := time.AfterFunc(patience, func() {
		s.mu.Lock()
		s.ended = true
		s.changed.Broadcast()
		s.mu.Unlock()
	})
	defer late.Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		text := s.shown()
		if right(text) {
			return text
		}
		if s.ended {
			s.t.Fatalf("waited for %s; the screen is\n%s", what, text)
		}
		s.changed.Wait()
	}
}

// shown is the screen's text, without the blanks at the ends of lines, nor empty lines at
// its end.
func (s *screen) shown() string {
	lines := strings.Split(s.term.String(), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// raw is all that was sent to the terminal.
func (s *screen) raw() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rawText.String()
}

// waitFor waits until the screen ends with a text. A prompt's blank at its end counts not.
func (s *screen) waitFor(end string) string {
	s.t.Helper()
	return s.until("a screen that ends with "+end, func(text string) bool { return strings.HasSuffix(text, end) })
}

// waitForMatch waits until the screen matches.
func (s *screen) waitForMatch(pattern string) string {
	s.t.Helper()
	re := regexp.MustCompile(pattern)
	return s.until("a screen that matches "+pattern, re.MatchString)
}

// press sends keys as they are.
func (s *screen) press(keys string) {
	s.t.Helper()
	if _, err := s.pty.WriteString(keys); err != nil {
		s.t.Fatal(err)
	}
}

// enter types a line, or several with a \r between them, and waits until the shell reads the
// next one.
func (s *screen) enter(line string) string {
	s.t.Helper()
	s.mu.Lock()
	awaited := s.prompts + 1 + strings.Count(line, "\r")
	s.mu.Unlock()
	s.press(line + "\r")
	return s.until("a prompt after "+line, func(text string) bool {
		return s.prompts >= awaited && (strings.HasSuffix(text, "\n>") || strings.HasSuffix(text, "\n>>"))
	})
}

// answer types a line, and answers what is printed between it and the next prompt.
func (s *screen) answer(line string) string {
	s.t.Helper()
	s.press("\x0c") // Ctrl-L: a screen of its own
	s.until("an empty screen", func(text string) bool { return text == ">" })
	text := s.enter(line)
	_, rest, _ := strings.Cut(text, "\n")
	return strings.TrimSuffix(strings.TrimSuffix(rest, ">"), "\n")
}

// expect types lines and compares what each answers; "" stands for nothing.
func (s *screen) expect(pairs ...string) {
	s.t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		if got, want := s.answer(pairs[i]), expandTabs(pairs[i+1]); got != want {
			s.t.Errorf("%s\n got  %q\n want %q", pairs[i], got, want)
		}
	}
}

// expandTabs is what a terminal makes of the tabs of one line.
func expandTabs(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r != '\t' {
			b.WriteRune(r)
			continue
		}
		for b.WriteByte(' '); b.Len()%8 > 0; {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// interrupt presses Ctrl-C once the shell has begun to evaluate.
func (s *screen) interrupt() {
	s.t.Helper()
	s.waitCooked()
	s.press(ctrlC)
}

// waitCooked waits until the shell has begun to evaluate: while it reads a line Ctrl-C and
// Ctrl-Z are keys like others.
func (s *screen) waitCooked() {
	s.t.Helper()
	for begun := time.Now(); !s.cooked(); time.Sleep(100 * time.Microsecond) {
		if time.Since(begun) > patience {
			s.t.Fatal("the shell evaluates nothing")
		}
	}
}

const (
	ctrlC = "\x03"
	ctrlD = "\x04"
	ctrlZ = "\x1a"
	up    = "\x1b[A"
	down  = "\x1b[B"
	tab   = "\t"
	f1    = "\x1bOP"
)

// paste sends text as a terminal does that was asked for bracketed paste.
func (s *screen) paste(text string) {
	s.press("\x1b[200~" + strings.ReplaceAll(text, "\n", "\r") + "\x1b[201~")
}

// cooked tells whether the terminal is in the state in which programs expect it.
func (s *screen) cooked() bool {
	s.t.Helper()
	const both = unix.ICANON | unix.ECHO
	modes, err := unix.IoctlGetTermios(int(s.tty.Fd()), getTermios)
	if err != nil {
		s.t.Fatal(err)
	}
	return modes.Lflag&both == both
}

// wait waits for the shell's end.
func (s *screen) wait() *os.ProcessState {
	s.t.Helper()
	done := make(chan struct{})
	go func() { _ = s.cmd.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(patience):
		s.t.Fatal("the shell does not end")
	}
	return s.cmd.ProcessState
}
