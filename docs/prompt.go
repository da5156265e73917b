package docs

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed prompt.md
var prompt string

// Key is what a key of the prompt does: a row of the table in prompt.md.
type Key struct{ Name, Does string }

// Keys are the prompt's.
func Keys() (all []Key) {
	_, rest, _ := strings.Cut(prompt, "\n## Keys\n")
	section, _, _ := strings.Cut(rest, "\n## ")
	for line := range strings.Lines(section) {
		cells := strings.Split(line, "|")
		if len(cells) == 4 && !strings.HasPrefix(line, "| key |") && !strings.HasPrefix(line, "| ---") {
			all = append(all, Key{plain(cells[1]), plain(cells[2])})
		}
	}
	return all
}

// Chapter is a part of the guide. Its text is Markdown, without the title.
type Chapter struct{ Title, Text string }

// Chapters are the guide's, with their numbers in their titles.
func Chapters() (all []Chapter) {
	for i, part := range strings.Split(Guide, "\n## ")[1:] {
		title, text, _ := strings.Cut(part, "\n")
		if !strings.HasPrefix(title, fmt.Sprint(i+1)+".") {
			title = fmt.Sprintf("%d. %s", i+1, title)
		}
		all = append(all, Chapter{title, strings.TrimSpace(text)})
	}
	return all
}
