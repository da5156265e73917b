package repl

import (
	"strings"

	"sockrepl/bindings/lazy"
	"sockrepl/docs"
	"sockrepl/repl/help"
)

// piece is some text of a chapter, and the transcript that follows it.
type piece struct {
	title      string // of the chapter, before its first piece
	source     string // in Markdown
	transcript string
	inputs     []example // of the transcript
}

// example is an input of a transcript, which the guide offers to be typed.
type example struct {
	lines []string
	fails bool // the transcript shows an error, a refusal or a Ctrl-C
}

// pieces cuts a chapter at its transcripts.
func pieces(chapter docs.Chapter) (all []piece) {
	parts := strings.Split("\n"+chapter.Text, "\n```\n")
	for i := 0; i < len(parts); i += 2 {
		p := piece{source: strings.TrimSpace(parts[i])}
		if i+1 < len(parts) {
			p.transcript = parts[i+1]
			p.inputs = examples(p.transcript)
		}
		all = append(all, p)
	}
	all[0].title = chapter.Title
	return all
}

// examples are the inputs of a transcript. What it answers is left out: the prompt will answer it.
func examples(transcript string) (all []example) {
	for line := range strings.Lines(transcript) {
		line = strings.TrimSuffix(line, "\n")
		last := len(all) - 1
		if text, ok := strings.CutPrefix(line, firstPrompt); ok {
			all = append(all, example{lines: []string{text}})
		} else if text, ok := strings.CutPrefix(line, morePrompt); ok {
			all[last].lines = append(all[last].lines, text)
		} else if trouble().MatchString(line) {
			all[last].fails = true
		}
	}
	return all
}

// trouble is how the answer begins of what was interrupted, raised an error or was refused.
var trouble = lazy.Regexp(`^(\^C$|stdin:|nil  )`)

// text is the piece's text for the terminal, its paragraphs filled.
func (p *piece) text(st style, width int) string {
	var out []string
	if p.title != "" {
		out = append(out, st.bold(p.title))
	}
	source := links().ReplaceAllString(p.source, "$1")
	source = labels().ReplaceAllString(source, "\n\n$1")
	for _, paragraph := range strings.Split(source, "\n\n") {
		paragraph = strings.NewReplacer("`", "", "*", "").Replace(paragraph)
		if paragraph != "" {
			out = append(out, help.Fill(paragraph, min(width-1, widestText)))
		}
	}
	return strings.Join(out, "\n\n")
}

var (
	links  = lazy.Regexp(`\[([^]]*)\]\([^)]*\)`)
	labels = lazy.Regexp(`\n(Exercises?: )`) // a paragraph of its own below "As scripts: "
)

// widestText is how many columns a paragraph takes at most.
const widestText = 88

// rendered is a whole chapter for the terminal, with what its transcripts answer.
func rendered(chapter docs.Chapter, st style, width int) string {
	var out []string
	for _, p := range pieces(chapter) {
		out = append(out, p.text(st, width))
		if p.transcript != "" {
			out = append(out, strings.TrimSuffix(p.transcript, "\n"))
		}
	}
	return strings.TrimSpace(strings.Join(out, "\n\n"))
}
