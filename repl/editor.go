package repl

import (
	"errors"
	"io"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"sockrepl/bindings/lazy"

	"github.com/chzyer/readline"
	"golang.org/x/sys/unix"
)

// errDropped: Ctrl-C at the prompt. The input is given up.
var errDropped = errors.New("dropped")

// editor is the line editor, over readline.
type editor struct {
	*terminal
	line    *readline.Instance
	keys    *keys
	painter *painter
	assist  *assistant
	runs    *interrupts

	bare    string                 // the prompt that was asked for
	prompt  atomic.Pointer[string] // as it stands before the line
	width   atomic.Int64           // the terminal's, as readline knows it
	asked   string                 // the prompt that the line was asked for with
	earlier string                 // what was typed before the line of the same input
	recall  recall
	pressed rune // the key, if it is one of a search
	escaped bool // the key before was Esc, and ended no search
	offered bool // the line is one that is offered, and no key was pressed yet
	reading atomic.Bool
	drawing sync.Mutex // what is written while a line is typed
	text    []rune     // the line
	pos     int        // the cursor's place in it
	tail    []rune     // what stood behind the cursor when lines were pasted
	wanted  bool       // the next Tab is F1
	undo    undo
}

// newEditor makes the editor of a terminal.
func newEditor(t *terminal, o editorOptions) (*editor, error) {
	e := &editor{terminal: t, keys: &keys{fd: t.in, vi: o.vi}, assist: o.assist, runs: o.runs}
	e.painter = &painter{style: t.style}
	e.width.Store(int64(t.columns()))
	e.bare = firstPrompt
	e.put(e.bare, t.columns())
	config := &readline.Config{
		Stdin: e.keys, Stdout: (*canvas)(e), Stderr: e.out,
		DisableAutoSaveHistory: true,
		VimMode:                o.vi,
		AutoComplete:           e,
		Painter:                e.painter,
		Listener:               e,
		FuncIsTerminal:         func() bool { return true },
		FuncGetWidth:           func() int { return int(e.width.Load()) },
		FuncMakeRaw:            func() error { o.runs.end(); return t.raw() },
		FuncExitRaw:            func() error { o.runs.begin(); return t.cooked() },
		FuncFilterInputRune:    e.filter,
		FuncOnWidthChanged:     e.onResize,
	}
	var err error
	e.line, err = readline.NewEx(config)
	if err != nil {
		return nil, err
	}
	for _, entry := range o.history {
		e.addHistory(entry)
	}
	return e, nil
}

// editorOptions are what an editor begins with.
type editorOptions struct {
	vi      bool
	history []string // the oldest first
	assist  *assistant
	runs    *interrupts
}

// read reads a line. earlier is what was typed before it of the same input.
func (e *editor) read(prompt, earlier, begin string, offered bool) (source string, err error) {
	if e.keys.ended.Load() {
		return earlier, io.EOF // readline would wait for ever
	}
	e.asked, e.earlier = prompt, earlier
	e.recall.begin(lineBroken(earlier))
	e.continues(true)
	e.bracketPastes(true)
	e.reading.Store(true)
	defer func() {
		e.reading.Store(false)
		e.bracketPastes(false)
	}()
	if begin != "" {
		e.runs.end()
		_ = e.raw() // before the line is shown: what is typed at it is for the editor
		e.line.Operation.SetBuffer(begin)
	}
	e.undo.begin()
	e.text, e.pos, e.offered = []rune(begin), len([]rune(begin)), offered && begin != ""
	line, err := e.line.Readline()
	if errors.Is(err, readline.ErrInterrupt) {
		e.keys.paste = nil
		err = errDropped
	}
	line = strings.ReplaceAll(line, string(lineBreak), "\n") + "\n"
	if e.recall.inBlock() {
		return line, err
	}
	return earlier + line, err
}

// continues tells whether the line goes on with what was typed before it; where it shows all
// of that itself it begins a new input.
func (e *editor) continues(on bool) {
	prompt, earlier := firstPrompt, ""
	if on {
		prompt, earlier = e.asked, e.earlier
	}
	e.drawing.Lock()
	e.painter.begin(earlier)
	e.drawing.Unlock()
	e.assist.earlier = earlier
	e.setPrompt(prompt)
}

// setPrompt puts another prompt before the line, which has to be drawn anew then.
func (e *editor) setPrompt(prompt string) {
	e.drawing.Lock()
	defer e.drawing.Unlock()
	if e.reading.Load() {
		e.line.Clean()
	}
	e.bare = prompt
	e.put(prompt, int(e.width.Load()))
	e.line.SetPrompt(*e.prompt.Load())
}

// put notes a prompt as it stands before the line. Where it ends at the end of a row readline would look
// for the cursor's place for ever: then there is a blank more.
func (e *editor) put(prompt string, widths ...int) {
	for slices.ContainsFunc(widths, func(width int) bool { return columnsOf(prompt)%width == 0 }) {
		prompt += " "
	}
	e.prompt.Store(&prompt)
}

func columnsOf(prompt string) int { return readline.Runes{}.WidthAll([]rune(prompt)) }

// lineBroken is a text as one line, its line ends as runes of our own.
func lineBroken(text string) string { return strings.ReplaceAll(text, "\n", string(lineBreak)) }

// addHistory adds an entry that Up and Ctrl-R find.
func (e *editor) addHistory(entry string) {
	e.recall.entries = append(e.recall.entries, lineBroken(entry))
}

// above writes lines above the one that is being typed.
func (e *editor) above(p []byte) {
	e.drawing.Lock()
	defer e.drawing.Unlock()
	if e.reading.Load() {
		_, _ = e.line.Stdout().Write(p)
		return
	}
	_, _ = e.out.Write(p)
}

func (e *editor) typing() bool { return e.reading.Load() }

// interrupt does nothing: at the prompt Ctrl-C is a key, and a signal from elsewhere has
// nothing to end.
func (e *editor) interrupt() {}

// nothing is a key at which readline does nothing, but for leaving a search. A key that the
// filter kept from it would have it read one key too many later, while a program runs.
const nothing = readline.CharBell

// filter is given each key before readline is, and handles what readline would not.
func (e *editor) filter(r rune) (key rune, process bool) {
	defer e.recovered()
	e.pressed = 0
	if e.escaped {
		r = withAlt(r)
	}
	e.escaped = r == escapeKey && e.recall.search == nil
	if e.searches(r) {
		e.pressed = r
		return nothing, true // OnChange shows what is found
	}
	switch {
	case r == helpKey:
		e.wanted = true
		return readline.CharTab, true
	case r == ctrlUnderscore:
		return undoKey, true
	case r == pasteKey || r == deleteKey:
		return r, true // readline inserts it, and OnChange does what it stands for
	case r == readline.CharCtrlZ:
		e.suspend()
		e.line.Refresh()
		return nothing, true
	case r == readline.CharTranspose && len(e.text) == 1: // readline would go past the line's end, and panic at the next key
		return nothing, true
	case r > 0 && r < ' ' && !bound(r), r >= 0xE000 && r <= 0xF8FF && r != lineBreak:
		return nothing, true
	}
	return r, true
}

// withAlt is Alt and a letter, which one may type as Esc and the letter.
func withAlt(r rune) rune {
	switch r {
	case 'b':
		return readline.MetaBackward
	case 'f':
		return readline.MetaForward
	case 'd':
		return readline.MetaDelete
	case readline.CharBackspace:
		return readline.MetaBackspace
	}
	return r
}

// OnChange is told of each change of the line; it may answer another one.
func (e *editor) OnChange(line []rune, pos int, key rune) (newLine []rune, newPos int, ok bool) {
	defer e.recovered()
	switch key {
	case 0: // readline begins; what the line begins with it does not say
		return nil, 0, false
	case readline.CharEnter, readline.CharCtrlJ, readline.CharInterrupt: // the line has gone, and the next one may have begun
		return nil, 0, false
	}
	if e.offered && pos > 0 && line[pos-1] == key && key != deleteKey {
		line, pos, ok = line[pos-1:pos], 1, true // what is typed takes its place
	}
	e.offered = false
	recalled := false
	switch {
	case e.pressed != 0:
		line, pos = e.found(line, pos)
		ok, recalled = true, true
	case key == readline.CharPrev:
		line, pos, ok = e.recalled(-1, line)
		recalled = true
	case key == readline.CharNext:
		line, pos, ok = e.recalled(1, line)
		recalled = true
	case key == undoKey && pos > 0 && line[pos-1] == key:
		before := e.undo.back(typedLine{append(line[:pos-1], line[pos:]...), pos - 1})
		e.text, e.pos = append(e.text[:0], before.text...), before.pos
		return before.text, before.pos, true
	case pos > 0 && line[pos-1] == key:
		switch key {
		case deleteKey:
			line, pos, ok = append(line[:pos-1], line[min(pos+1, len(line)):]...), pos-1, true
		case pasteKey:
			line, pos = e.insertPaste(line, pos)
			ok = true
		}
	}
	if recalled {
		e.undo.begin()
	} else {
		e.undo.note(typedLine{e.text, e.pos}, typedLine{line, pos})
	}
	e.text, e.pos = append(e.text[:0], line...), pos
	return line, pos, ok
}

// Do is readline's question what may complete the line. The choices are shown below the
// line and not by readline, whose own list fails where a choice is wider than the screen.
func (e *editor) Do(line []rune, pos int) (suffixes [][]rune, length int) {
	defer e.recovered()
	wanted := e.wanted
	e.wanted = false
	a := e.assist.answer(string(line), len(string(line[:pos])), wanted, e.columns())
	if a.below != "" {
		e.showBelow(a.below)
	}
	if a.insert != "" {
		return [][]rune{[]rune(a.insert)}, 0
	}
	return nil, 0
}

// recovered ends a panic in what readline calls on a goroutine of its own: it would end the
// program with the terminal raw.
func (e *editor) recovered() {
	if problem := recover(); problem != nil {
		e.showBelow(internalError(problem))
	}
}

// showBelow writes text below the line and puts the cursor back. readline erases what is
// below the line when it draws that anew.
func (e *editor) showBelow(text string) {
	end, cursor := e.cells(e.text), e.cells(e.text[:e.pos])
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if most := max(3, e.rows()-2-end.row); len(lines) > most {
		lines = append(lines[:most-1], "…")
	}
	var b strings.Builder
	b.WriteString(strings.Repeat("\n", end.row-cursor.row+1))
	b.WriteString("\r\x1b[J" + strings.Join(lines, "\r\n"))
	b.WriteString(up(len(lines) + end.row - cursor.row))
	b.WriteString("\r" + right(cursor.column))
	_, _ = io.WriteString(e.out, b.String())
}

// onResize is how readline asks to be told of a new width.
func (e *editor) onResize(tell func()) {
	resized := make(chan os.Signal, 1)
	signal.Notify(resized, unix.SIGWINCH)
	go func() {
		for range resized {
			e.resize(tell)
			if e.reading.Load() {
				e.line.Refresh()
			}
		}
	}()
}

// resize tells readline of the terminal's width. The prompt is one for that and for the one before, since
// another key may be drawn between the two.
func (e *editor) resize(tell func()) {
	e.drawing.Lock()
	defer e.drawing.Unlock()
	width := e.columns()
	e.put(e.bare, int(e.width.Load()), width)
	e.line.SetPrompt(*e.prompt.Load())
	e.width.Store(int64(width))
	tell()
}

// suspend stops the program, and those in its process group, as Ctrl-Z does where the
// terminal is not raw; it answers when the program was continued. Where nothing can
// continue it (an orphaned process group) the kernel does not stop it.
func (e *editor) suspend() {
	_ = e.cooked()
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, unix.SIGCONT)
	defer signal.Stop(continued)
	_ = unix.Kill(0, unix.SIGTSTP)
	select {
	case <-continued:
	case <-time.After(200 * time.Millisecond): // it was not stopped
	}
	_ = e.raw()
}

// bound tells whether readline does something at a control character.
func bound(r rune) bool {
	switch r {
	case readline.CharLineStart, readline.CharBackward, readline.CharInterrupt, readline.CharDelete,
		readline.CharLineEnd, readline.CharForward, readline.CharBell, readline.CharCtrlH, readline.CharTab,
		readline.CharCtrlJ, readline.CharKill, readline.CharCtrlL, readline.CharEnter, readline.CharNext,
		readline.CharPrev, readline.CharBckSearch, readline.CharFwdSearch, readline.CharTranspose,
		readline.CharCtrlU, readline.CharCtrlW, readline.CharCtrlY, readline.CharEsc:
		return true
	}
	return false
}

// place is where on the screen, counted from the prompt's line.
type place struct{ row, column int }

// cells answers where a text ends that follows the prompt. A wide character that does not
// fit into what is left of a row begins the next one.
func (e *editor) cells(text []rune) place {
	n, width := columnsOf(*e.prompt.Load()), e.columns()
	for _, r := range text {
		w := readline.Runes{}.Width(r)
		if left := width - n%width; w == 2 && left == 1 {
			n += left
		}
		n += w
	}
	return place{n / width, n % width}
}

func up(n int) string    { return move(n, "A") }
func right(n int) string { return move(n, "C") }

// move is the sequence that moves the cursor (ECMA-48, 8.3.22, 8.3.20); 0 would count as 1.
func move(n int, letter string) string {
	if n <= 0 {
		return ""
	}
	return "\x1b[" + strconv.Itoa(n) + letter
}

// canvas is the editor as what readline draws on. readline puts the cursor in its place with
// a backspace for each character, which goes wrong where a character is two columns wide,
// and in terminals (tmux is one) whose backspace goes back to the end of the line before.
type canvas editor

// backspaces is how readline goes back from the end of the line.
var backspaces = lazy.Regexp(`(\x08(\x1b\[A\r\x1b\[\d+C)?)+$`)

// Write draws; of a line that was just painted it puts the cursor in its place.
func (c *canvas) Write(p []byte) (int, error) {
	e := (*editor)(c)
	if string(p) == "\a" {
		return len(p), nil // readline rings where it knows of no history; it is ours
	}
	line, pos, painted := e.painter.painted()
	if !painted || pos >= len(line) {
		return e.out.Write(p)
	}
	end, cursor := e.cells(line), e.cells(line[:pos])
	drawn := string(backspaces().ReplaceAll(p, nil)) + "\r" + up(end.row-cursor.row) + right(cursor.column)
	if _, err := io.WriteString(e.out, drawn); err != nil {
		return 0, err
	}
	return len(p), nil
}
