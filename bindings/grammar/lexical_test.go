package grammar

import (
	"errors"
	"testing"
)

// TestMalformed: words that gopher-lua's scanner takes for others, as Lua 5.1 refuses them;
// but where a rule is broken further on the left, that is the mistake.
func TestMalformed(t *testing.T) {
	for source, want := range map[string]Fault{
		"x = 1e":                  {1, 5, "malformed number near '1e'"},
		"x = 1e+":                 {1, 5, "malformed number near '1e+'"},
		"x = 3..2":                {1, 5, "malformed number near '3..2'"},
		"x = 3...2":               {1, 5, "malformed number near '3...2'"},
		"x = 1.2.3":               {1, 5, "malformed number near '1.2.3'"},
		"x = 1..'a'":              {1, 5, "malformed number near '1..'"},
		"x = 0x":                  {1, 5, "malformed number near '0x'"},
		"x = 0xfor 2":             {1, 5, "malformed number near '0xfor'"},
		"x = 1and 2":              {1, 5, "malformed number near '1and'"},
		"x = .5x":                 {1, 5, "malformed number near '.5x'"},
		"x = 10ULL":               {1, 5, "malformed number near '10ULL'"},
		"x = 3_000":               {1, 5, "malformed number near '3_000'"},
		"x = '\\256'":             {1, 6, `escape sequence too large near '\256'`},
		"x =\n\n 'a\\65\\999'":    {3, 7, `escape sequence too large near '\999'`},
		"x = 'a\\\r\nb\\400'":     {2, 2, `escape sequence too large near '\400'`},
		"x = '\\x41\\400'":        {1, 10, `escape sequence too large near '\400'`},
		"-- 1e\n--[[ 1e\n]] y(1e": {3, 6, "malformed number near '1e'"},
		"--[= 1e\n1e":             {2, 1, "malformed number near '1e'"},
		"x = [==[ 1e ]==] + 1e":   {1, 20, "malformed number near '1e'"},
		"x = a[=1]":               {1, 6, "invalid long string delimiter near '[='"},
		"x = 3x + 3y":             {1, 5, "malformed number near '3x'"},
		"x 3..2":                  {1, 3, "malformed number near '3..2'"},
		"x = = 3..2":              {1, 5, "unexpected symbol near '='"},
		"f(\n3x\n":                {2, 1, "malformed number near '3x'"},
		"x = 'abc":                {},
		"x = [[ 1e":               {},
		"x = 5 y = .5 z = 5. v = 5.e3 w = 0XfF u = 1E-2 t.x1e = a..1 ..2": {},
		`x = "\0\00\0001\255\9z\"3x" y = [[\400]] f(...)`:                 {},
	} {
		var got Fault
		if _, err := Parse(source, ""); !errors.As(err, &got) && want != (Fault{}) || got != want {
			t.Errorf("%q: %+v, %v", source, got, err)
		}
	}
}
