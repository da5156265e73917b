package calls

import (
	"slices"
	"testing"

	"sockrepl/bindings/consts"
	"sockrepl/bindings/kernel"
)

// TestFamilies: what is said of a family's addresses is what the kernel's reader takes.
func TestFamilies(t *testing.T) {
	known := map[int]bool{}
	for _, f := range Families {
		var names []string
		for _, field := range f.Fields {
			names = append(names, field.Name)
		}
		if v, _ := consts.Lookup(f.Name); int(v) != f.Number {
			t.Errorf("%s is %d, not %d", f.Name, v, f.Number)
		}
		if want := kernel.AddressFields(f.Number); !slices.Equal(names, want) {
			t.Errorf("%s has the fields %q, not %q", f.Name, want, names)
		}
		known[f.Number] = true
	}
	for _, c := range consts.Members("AF_") {
		if fields := kernel.AddressFields(int(c.Value)); !known[int(c.Value)] && !slices.Equal(fields, []string{"data"}) {
			t.Errorf("nothing is said of %s: %q", c.Name, fields)
		}
	}
}
