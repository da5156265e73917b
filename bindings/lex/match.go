package lex

import "strings"

// partner has the other half of each bracket.
var partner = map[byte]byte{'(': ')', '[': ']', '{': '}', ')': '(', ']': '[', '}': '{'}

// Match finds the bracket at a place of the text (a byte's position, where the cursor
// stands) and the one that belongs to it: the bracket just before the place, as one that
// was just typed, or else the one on it. It answers where both stand; false if there is no
// bracket, or no partner among these tokens. Brackets in strings and comments are none.
func Match(text string, tokens []Token, place int) (at, other int, ok bool) {
	for _, start := range []int{place - 1, place} {
		if i := bracketAt(tokens, start); i >= 0 {
			j := matching(text, tokens, i)
			if j < 0 {
				return 0, 0, false
			}
			return start, tokens[j].Start, true
		}
	}
	return 0, 0, false
}

func bracketAt(tokens []Token, start int) int {
	for i, t := range tokens {
		if t.Kind == Bracket && t.Start == start {
			return i
		}
	}
	return -1
}

// matching finds the partner of the bracket that is token i, -1 if it has none: another
// kind of bracket in its place is none.
func matching(text string, tokens []Token, i int) int {
	step := 1
	if isClosing(text[tokens[i].Start]) {
		step = -1
	}
	var open []byte // the brackets that are to be closed, as seen in the direction of the search
	for j := i; j >= 0 && j < len(tokens); j += step {
		if tokens[j].Kind != Bracket {
			continue
		}
		c := text[tokens[j].Start]
		if isClosing(c) == (step < 0) {
			open = append(open, partner[c])
			continue
		}
		if open[len(open)-1] != c {
			return -1
		}
		if open = open[:len(open)-1]; len(open) == 0 {
			return j
		}
	}
	return -1
}

func isClosing(c byte) bool { return strings.IndexByte(")]}", c) >= 0 }
