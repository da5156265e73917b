package repl

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// history is the file of what was typed, an entry a line. Several shells add to it at
// once, so it is only ever appended to; it holds passwords as likely as not, so only its
// owner may read it. It stays open: when the user has all descriptors there is none left
// to open it with.
type history struct {
	path    string          // "" if there is none
	file    *kernel.Private // nil if it is not open
	entries []string
	last    string
}

const (
	historyLimit = 2000    // entries that are read
	historyBytes = 1 << 20 // at the file's end, in which they are looked for
)

// stateFile answers the path of a file under $XDG_STATE_HOME (XDG Base Directory
// Specification 0.8); "" without a home.
func stateFile(name string) string { return baseFile("XDG_STATE_HOME", ".local/state", name) }

// configFile is stateFile under $XDG_CONFIG_HOME.
func configFile(name string) string { return baseFile("XDG_CONFIG_HOME", ".config", name) }

func baseFile(variable, usual, name string) string {
	base := os.Getenv(variable)
	if !filepath.IsAbs(base) { // the specification: a relative path is to be ignored
		home := os.Getenv("HOME")
		if home == "" {
			return ""
		}
		base = filepath.Join(home, usual)
	}
	return filepath.Join(base, "sockrepl", name)
}

// openHistory reads the newest entries. That none can be added is told when one is to be.
func openHistory(path string) (*history, error) {
	h := &history{path: path}
	if path == "" {
		return h, nil
	}
	defer func() { _ = h.open() }()
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return h, nil
	}
	if err != nil {
		return h, err
	}
	defer f.Close()
	text, err := readTail(f, historyBytes)
	for line := range strings.Lines(text) {
		if entry := unescapeEntry(strings.TrimSuffix(line, "\n")); strings.TrimSpace(entry) != "" {
			h.entries = append(h.entries, entry)
		}
	}
	if extra := len(h.entries) - historyLimit; extra > 0 {
		h.entries = h.entries[extra:]
	}
	if n := len(h.entries); n > 0 {
		h.last = h.entries[n-1]
	}
	return h, err
}

// readTail reads at most so many bytes of a file's end, from the start of a line on.
func readTail(f *os.File, most int64) (string, error) {
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return "", err
	}
	from := max(0, size-most)
	text := make([]byte, size-from)
	n, err := f.ReadAt(text, from)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	if from == 0 {
		return string(text[:n]), err
	}
	_, whole, _ := strings.Cut(string(text[:n]), "\n")
	return whole, err
}

// add appends an entry; kept tells whether it is one to be kept: one that begins with a
// blank is not, nor the same one twice.
func (h *history) add(entry string) (kept bool, err error) {
	entry = strings.TrimRight(entry, "\n")
	if entry == "" || entry == h.last || entry[0] == ' ' {
		return false, nil
	}
	h.last = entry
	if h.path == "" {
		return true, nil
	}
	return true, h.append(escapeEntry(entry) + "\n")
}

// append writes a line with one write, which the kernel puts at the file's end whole.
func (h *history) append(line string) error {
	if err := h.open(); err != nil {
		return err
	}
	if _, err := io.WriteString(h.file, line); err != nil {
		return &os.PathError{Op: "write", Path: h.path, Err: err}
	}
	return nil
}

// open opens the file for append, anew if it was removed meanwhile.
func (h *history) open() error {
	var st unix.Stat_t
	if h.file != nil && unix.Fstat(h.file.FD(), &st) == nil && st.Nlink > 0 {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(h.path), 0o700); err != nil {
		return err
	}
	file, err := kernel.PrivateLog(h.path)
	if err != nil {
		return &os.PathError{Op: "open", Path: h.path, Err: err}
	}
	if h.file != nil {
		h.file.Close()
	}
	h.file = file
	return nil
}

// An entry of several lines is one line of the file.
var (
	escapeLines   = strings.NewReplacer(`\`, `\\`, "\n", `\n`)
	unescapeLines = strings.NewReplacer(`\\`, `\`, `\n`, "\n")
)

func escapeEntry(entry string) string   { return escapeLines.Replace(entry) }
func unescapeEntry(entry string) string { return unescapeLines.Replace(entry) }
