package repl

import (
	"slices"
	"unicode"
)

const ctrlUnderscore = 0x1f

// undo keeps what the line was before each change, since it was begun or was recalled.
type undo struct {
	past  []typedLine
	size  int  // the characters in past
	wordy bool // the change before put one more character to a word
}

// mostUndone is how many characters are kept: of a line of 200 KB that was pasted each change would
// keep another.
const mostUndone = 1 << 20

// typedLine is a line with the cursor's place in it.
type typedLine struct {
	text []rune
	pos  int
}

func (u *undo) begin() { *u = undo{} }

// note takes down a change; a word that is typed is one.
func (u *undo) note(before, after typedLine) {
	if slices.Equal(before.text, after.text) {
		u.wordy = u.wordy && before.pos == after.pos
		return
	}
	wordy := len(after.text) == len(before.text)+1 && after.pos == before.pos+1 && inWord(after.text[before.pos])
	if !wordy || !u.wordy {
		u.past = append(u.past, typedLine{slices.Clone(before.text), before.pos})
		u.size += len(before.text)
	}
	for u.size > mostUndone && len(u.past) > 1 {
		u.size -= len(u.past[0].text)
		u.past = slices.Delete(u.past, 0, 1)
	}
	u.wordy = wordy
}

// back answers the line before the last change; now, if there was none.
func (u *undo) back(now typedLine) typedLine {
	u.wordy = false
	n := len(u.past)
	if n == 0 {
		return now
	}
	last := u.past[n-1]
	u.past = u.past[:n-1]
	u.size -= len(last.text)
	return last
}

func inWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
