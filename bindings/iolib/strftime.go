package iolib

import (
	"fmt"
	"strings"
	"time"
)

// strftime writes a time as strftime(3) does in the C locale: all letters of C99, and
// of glibc's %k %l %P %s. An unknown one stays as it is.
func strftime(layout string, t time.Time) string {
	var text strings.Builder
	for i := 0; i < len(layout); i++ {
		if layout[i] != '%' || i+1 == len(layout) {
			text.WriteByte(layout[i])
			continue
		}
		i++
		if convert := conversions[layout[i]]; convert != nil {
			text.WriteString(convert(t))
		} else {
			text.WriteString(layout[i-1 : i+1])
		}
	}
	return text.String()
}

// conversions are the letters. Those that stand for several others are in composite.
var conversions = map[byte]func(time.Time) string{
	'a': goLayout("Mon"), 'A': goLayout("Monday"), 'b': goLayout("Jan"), 'B': goLayout("January"),
	'h': goLayout("Jan"), 'p': goLayout("PM"), 'P': goLayout("pm"), 'z': goLayout("-0700"),
	'C': decimal("%02d", func(t time.Time) int { return floorDiv(t.Year(), 100) }),
	'd': decimal("%02d", time.Time.Day),
	'e': decimal("%2d", time.Time.Day),
	'g': decimal("%02d", func(t time.Time) int { return isoYear(t) - 100*floorDiv(isoYear(t), 100) }),
	'G': decimal("%d", isoYear),
	'H': decimal("%02d", time.Time.Hour),
	'I': decimal("%02d", hour12),
	'j': decimal("%03d", time.Time.YearDay),
	'k': decimal("%2d", time.Time.Hour),
	'l': decimal("%2d", hour12),
	'm': decimal("%02d", func(t time.Time) int { return int(t.Month()) }),
	'M': decimal("%02d", time.Time.Minute),
	'n': constant("\n"),
	's': decimal("%d", func(t time.Time) int { return int(t.Unix()) }),
	'S': decimal("%02d", time.Time.Second),
	't': constant("\t"),
	'u': decimal("%d", func(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }),
	'U': decimal("%02d", func(t time.Time) int { return (t.YearDay() + 6 - int(t.Weekday())) / 7 }),
	'V': decimal("%02d", func(t time.Time) int { _, week := t.ISOWeek(); return week }),
	'w': decimal("%d", func(t time.Time) int { return int(t.Weekday()) }),
	'W': decimal("%02d", func(t time.Time) int { return (t.YearDay() + 6 - (int(t.Weekday())+6)%7) / 7 }),
	'y': decimal("%02d", func(t time.Time) int { return t.Year() - 100*floorDiv(t.Year(), 100) }),
	'Y': decimal("%d", time.Time.Year),
	'Z': func(t time.Time) string { name, _ := t.Zone(); return name },
	'%': constant("%"),
}

// composite are the letters that stand for several others.
var composite = map[byte]string{
	'c': "%a %b %e %H:%M:%S %Y", 'D': "%m/%d/%y", 'F': "%Y-%m-%d", 'r': "%I:%M:%S %p",
	'R': "%H:%M", 'T': "%H:%M:%S", 'x': "%m/%d/%y", 'X': "%H:%M:%S",
}

func init() { // not in the map itself, which strftime reads
	for letter, layout := range composite {
		conversions[letter] = func(t time.Time) string { return strftime(layout, t) }
	}
}

func goLayout(layout string) func(time.Time) string {
	return func(t time.Time) string { return t.Format(layout) }
}

func decimal(format string, of func(time.Time) int) func(time.Time) string {
	return func(t time.Time) string { return fmt.Sprintf(format, of(t)) }
}

func constant(text string) func(time.Time) string {
	return func(time.Time) string { return text }
}

func isoYear(t time.Time) int {
	year, _ := t.ISOWeek()
	return year
}

func hour12(t time.Time) int { return (t.Hour()+11)%12 + 1 }

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
