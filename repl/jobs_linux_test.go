package repl_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"sockrepl/bindings/built"

	"golang.org/x/sys/unix"
)

// TestBackground: Ctrl-C ends what the prompt does, and no child, not even the one that it
// waits for.
func TestBackground(t *testing.T) {
	s := open(t, setting{})
	s.enter(`child = exec("sleep", "1000")`)
	for _, wait := range []string{"sleep(1000)", "waitpid(child)"} {
		if text, _ := s.interrupted(wait, true); !strings.Contains(text, "interrupted") {
			t.Errorf("%s: the screen is\n%s", wait, text)
		}
		s.expect(`waitpid(child, WNOHANG)`, "0")
	}
	s.expect(`kill(child, SIGTERM)`, "0", `select(3, waitpid(child))`, `"killed by SIGTERM"`)
}

// TestSession: a child that begins a session is in no job of the prompt's, and waitpid takes it
// like any other.
func TestSession(t *testing.T) {
	s := open(t, setting{})
	s.enter(`child = exec("sleep", "1000", {setsid = true})`)
	s.expect(`getsid(child) == child`, "true")
	if text, _ := s.interrupted("waitpid(child)", true); !strings.Contains(text, "interrupted") {
		t.Errorf("the screen is\n%s", text)
	}
	s.expect(`kill(child, SIGTERM)`, "0", `select(3, waitpid(child))`, `"killed by SIGTERM"`)
}

// TestScriptsChildren: Ctrl-C that ends a script ends what the script has started, as from a
// shell, also what has a process group of its own or is stopped; what was started at the prompt
// lives on.
func TestScriptsChildren(t *testing.T) {
	s := open(t, setting{})
	const script = `child, led, stopped = exec("sleep", "1000"), exec("sleep", "1000", {pgid = 0}), exec("sleep", "1000")
kill(stopped, SIGSTOP)
waitpid(stopped, WUNTRACED)
print("begun")
sleep(1000)`
	if err := os.WriteFile(filepath.Join(s.home, "script.lua"), []byte(script), 0o644); err != nil {
		t.Fatal(err)
	}
	s.enter(`mine = exec("sleep", "1000")`)
	s.press("run(\"script.lua\")\r")
	s.waitForMatch(`\nbegun$`)
	s.press(ctrlC)
	s.waitForMatch(`interrupted(.*\n)*>$`)
	for _, child := range []string{"child", "led", "stopped"} {
		s.expect(`select(3, waitpid(`+child+`))`, `"killed by SIGINT"`)
	}
	s.enter(`function work() theirs = exec("sleep", "1000") print("begun") sleep(1000) end`)
	s.press("work()\r") // Ctrl-C while the child is being made would be the child's, too
	s.waitForMatch(`\nbegun$`)
	s.press(ctrlC)
	s.waitForMatch(`interrupted(.*\n)*>$`)
	s.expect(`waitpid(mine, WNOHANG)`, "0", `waitpid(theirs, WNOHANG)`, "0",
		`kill(mine, SIGTERM)`, "0", `kill(theirs, SIGTERM)`, "0")
}

// TestCheckIsInterrupted: with check ends the program that it checks, also one that catches the
// signal, and what the check has opened is closed; what the session has is not.
func TestCheckIsInterrupted(t *testing.T) {
	const begun = "file = open('begun', O_WRONLY + O_CREAT, 384) write(file, tostring(getpid())) sleep(1000)"
	for name, c := range map[string]struct{ mine, how string }{
		"plain":   {begun, "killed by SIGINT"},
		"catches": {"r, w = pipe() signal(SIGINT, w)\n" + begun, "killed by SIGKILL"},
	} {
		t.Run(name, func(t *testing.T) { checkIsInterrupted(t, c.mine, c.how) })
	}
}

func checkIsInterrupted(t *testing.T, mine, how string) {
	t.Helper()
	s := open(t, setting{})
	if err := os.WriteFile(filepath.Join(s.home, "mine.lua"), []byte(mine), 0o644); err != nil {
		t.Fatal(err)
	}
	s.enter("mine = dup(1)")
	s.press("run(\"check\", \"echo_client\", \"mine.lua\", \"--patience\", 1000)\r")
	pid := ""
	for begun := time.Now(); pid == ""; time.Sleep(time.Millisecond) {
		if time.Since(begun) > patience {
			t.Fatal("the program is not run")
		}
		text, _ := os.ReadFile(s.home + "/begun")
		pid = string(text)
	}
	s.press(ctrlC)
	s.waitForMatch(`interrupted(.*\n)*>$`)
	s.expect(`select(3, waitpid(`+pid+`))`, `"`+how+`"`, `mine`, `3`, `dup(mine)`, `4`, `dup(mine)`, `5`)
}

// TestScriptLeaves: what Ctrl-C is to close of a script is closed where the command line has it run, too.
func TestScriptLeaves(t *testing.T) {
	s := start(t, setting{args: []string{"-i", "-e", `
		mine = dup(1)
		function script()
			r, w = pipe()
			arg.closing = {[r] = true, [w] = true}
			print("begun")
			sleep(1000)
		end
		script()`}})
	s.waitForMatch(`begun$`)
	s.press(ctrlC)
	s.waitForMatch(`interrupted(.*\n)*>$`)
	s.expect(`mine, r, w`, "3\t4\t5", `dup(mine)`, "4", `dup(mine)`, "5")
}

// TestNoise: what a child writes into the line that is being typed is not in the line: Ctrl-L
// draws it anew.
func TestNoise(t *testing.T) {
	s := open(t, setting{})
	s.enter("r, w = pipe()")
	s.enter(`child = exec("sh", "-c", "read go; printf noise >&2", {[0] = r})`)
	pid := strings.TrimSpace(s.answer("child"))
	s.press("20 +")
	s.waitFor("> 20 +")
	if err := os.WriteFile("/proc/"+pid+"/fd/0", []byte("\n"), 0); err != nil { // into its pipe
		t.Fatal(err)
	}
	s.until("noise in the line", func(text string) bool { return strings.Contains(text, "noise") })
	s.press("\x0c")
	s.until("the line alone", func(text string) bool { return text == "> 20 +" })
	s.press(" 2\r")
	s.waitFor("> 20 + 2\n22\n>")
}

// TestForeground: a child that wants the terminal gets it while it is waited for: keys and
// Ctrl-C are for it. After its end, and after Ctrl-Z, they are the prompt's again. Some shells
// and their like start programs with the signals ignored that this rests on.
func TestForeground(t *testing.T) {
	const ignoring = `trap '' TTIN TTOU; exec "$0"`
	for name, o := range map[string]setting{"": {}, "ignored": {program: "sh", args: []string{"-c", ignoring, built.Program(t)}}} {
		t.Run(name, func(t *testing.T) { foreground(t, open(t, o)) })
	}
}

func foreground(t *testing.T, s *screen) {
	t.Helper()
	s.press("select(3, waitpid(exec(\"cat\")))\r")
	s.waitCooked()
	s.press("some words\r")
	s.waitForMatch(`\nsome words\nsome words$`)
	s.press(ctrlC)
	s.waitFor("\n\"killed by SIGINT\"\n>")
	s.expect("1 + 1", "2")

	s.press("child = exec(\"cat\") waitpid(child)\r")
	s.waitCooked()
	s.press("other words\r")
	s.waitForMatch(`\nother words\nother words$`)
	s.press(ctrlZ)
	s.waitForMatch(`(?s)is stopped; kill\(\d+, SIGCONT\) lets it go on\n>$`)
	s.expect("2 + 2", "4", "kill(child, SIGKILL)", "0", "select(3, waitpid(child))", "\"killed by SIGKILL\"")
}

// TestNoZombie: a child that has ended is taken leave of when the program ends, however it
// does, also if nobody has waited for it.
func TestNoZombie(t *testing.T) {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		t.Skip("the test is to inherit zombies: ", err)
	}
	defer func() { _ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0) }()
	const left = `child = exec("true")
print(child)
repeat
  local file = io.open("/proc/" .. child .. "/stat")
  local state = file:read("*a"):match("%) (%a)")
  file:close()
until state == "Z"
`
	for _, end := range []string{"", "os.exit(0)", "error('no luck')"} {
		out, _ := exec.Command(built.Program(t), "-e", left+end).Output()
		child, err := strconv.Atoi(strings.TrimSpace(string(out)))
		if err != nil {
			t.Fatalf("%q: it printed %q", end, out)
		}
		if pid, err := unix.Wait4(child, nil, unix.WNOHANG, nil); err != unix.ECHILD {
			t.Errorf("%q: a zombie was left: %d, %v", end, pid, err)
		}
	}
}
