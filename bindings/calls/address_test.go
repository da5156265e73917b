package calls

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sockrepl/bindings/consts"
	"sockrepl/bindings/kernel"
)

// addressFields are the fields that a table of the family may have, as the kernel's reader says
// them where there is another one.
func addressFields(family int64) string {
	f := &kernel.Frame{Peer: kernel.Peer{Set: true, Table: kernel.Record{{Name: "family", Value: family}, {Name: "nothing", Value: ""}}}}
	_, err := f.FixedAddress(0)
	_, list, _ := strings.Cut(fmt.Sprint(err), "has no field 'nothing' ")
	return list
}

// TestFamilies: what is said of a family's addresses is what the kernel's reader takes.
func TestFamilies(t *testing.T) {
	known := map[int64]bool{}
	expect := func(name string, family int64, fields ...string) {
		t.Helper()
		fields = append(fields, "family", "socktype", "protocol", "canonname") // of an entry of getaddrinfo's
		slices.Sort(fields)
		want := "(it has " + strings.Join(slices.Compact(fields), ", ") + ")"
		if got := addressFields(family); got != want {
			t.Errorf("%s: %q, not %q", name, got, want)
		}
		known[family] = true
	}
	for _, f := range addressFamilies {
		if v, _ := consts.Lookup(f.Name); int(v) != f.Number {
			t.Errorf("%s is %d, not %d", f.Name, v, f.Number)
		}
		var names []string
		for _, field := range f.Fields {
			names = append(names, field.Name)
		}
		expect(f.Name, int64(f.Number), names...)
	}
	for _, c := range consts.Members("AF_") {
		if !known[c.Value] {
			expect("of "+c.Name+" nothing is said", c.Value, "data")
		}
	}
}
