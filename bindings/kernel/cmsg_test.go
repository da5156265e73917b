package kernel

import "testing"

// TestControlFields: no form has a field that hides the control message's own level, type
// or data, or another of its own.
func TestControlFields(t *testing.T) {
	for kind, form := range controlForms {
		known := false
		for size := range sizeofStorage + 24 {
			data := make([]byte, size)
			if form.decode(data) == nil {
				continue
			}
			known = true
			rec := decodeControl(kind, data)
			seen := map[string]bool{"data": true}
			for _, f := range rec {
				if seen[f.Name] {
					t.Errorf("%v: a second field '%s' in %v", kind, f.Name, rec)
				}
				seen[f.Name] = true
			}
			// What was received can be sent.
			if _, _, err := appendControl(nil, nil, rec); err != nil {
				t.Errorf("%v: %v", rec, err)
			}
		}
		if !known && form.decode(sampleAddr()) == nil {
			t.Errorf("%v: no data is of its form", kind)
		}
	}
}

// sampleAddr is data that is an address.
func sampleAddr() []byte {
	var a Sockaddr
	_ = a.SetUnix("/")
	return a.Buf[:a.Len]
}
