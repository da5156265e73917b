package iolib

import (
	"math"
	"strings"
	"time"

	"sockrepl/bindings/lualib"

	lua "github.com/yuin/gopher-lua"
)

// latest is the last second whose year fits C's int; gmtime(3) fails beyond it.
const latest = 67768036191676799

// osDate is os.date: a table for *t, else text. A time that has no year in C is nil.
func osDate(a args) int {
	layout, moment := a.OptStr(1, "%c"), time.Now()
	if !a.Absent(2) {
		seconds := math.Trunc(a.Num(2))
		if !(math.Abs(seconds) <= latest) {
			return a.answer(lua.LNil)
		}
		moment = time.Unix(int64(seconds), 0)
	}
	layout, utc := strings.CutPrefix(layout, "!")
	if utc {
		moment = moment.In(gmt)
	}
	if layout == "*t" {
		return a.answer(dateTable(a.L, moment))
	}
	a.l.reserve(a.L, len(layout))
	return a.answer(lua.LString(strftime(layout, moment)))
}

// gmt is what C's gmtime calls UTC.
var gmt = time.FixedZone("GMT", 0)

func dateTable(L *lua.LState, t time.Time) *lua.LTable {
	fields := L.CreateTable(0, 9)
	for name, n := range map[string]int{
		"year": t.Year(), "month": int(t.Month()), "day": t.Day(),
		"hour": t.Hour(), "min": t.Minute(), "sec": t.Second(),
		"wday": int(t.Weekday()) + 1, "yday": t.YearDay(),
	} {
		fields.RawSetString(name, lua.LNumber(n))
	}
	fields.RawSetString("isdst", lua.LBool(t.IsDST()))
	return fields
}

// osTime is os.time: now, or the time of a table's fields in local time, mktime(3).
func osTime(a args) int {
	if a.Absent(1) {
		return a.answer(lua.LNumber(time.Now().Unix()))
	}
	t := a.Table(1)
	field := func(name string, otherwise int) int { return a.dateField(t, name, otherwise) }
	moment := time.Date(field("year", missing), time.Month(field("month", missing)), field("day", missing),
		field("hour", 12), field("min", 0), field("sec", 0), 0, time.Local)
	if dst := a.L.GetField(t, "isdst"); dst != lua.LNil {
		moment = withDST(moment, lua.LVAsBool(dst))
	}
	return a.answer(lua.LNumber(moment.Unix()))
}

// missing marks a field that has to be there.
const missing = -1

func (a args) dateField(t *lua.LTable, name string, otherwise int) int {
	f, ok := lualib.ToNumber(a.L.GetField(t, name))
	switch {
	case !ok && otherwise == missing:
		a.L.RaiseError("field '%s' missing in date table", name)
	case !ok:
		return otherwise
	case !(math.Abs(f) <= math.MaxInt32):
		a.L.RaiseError("field '%s' is out of range", name)
	}
	return int(f)
}

// withDST takes the clock's reading as daylight saving time, or as standard time, even
// if the other is in force then. Where the year has but one, the other is taken
// to be an hour away, as glibc does.
func withDST(t time.Time, dst bool) time.Time {
	if t.IsDST() == dst {
		return t
	}
	_, is := t.Zone()
	for month := time.January; month <= time.December; month++ {
		if other := time.Date(t.Year(), month, 1, 12, 0, 0, 0, time.Local); other.IsDST() == dst {
			_, was := other.Zone()
			return t.Add(time.Duration(is-was) * time.Second)
		}
	}
	if dst {
		return t.Add(-time.Hour)
	}
	return t.Add(time.Hour)
}
