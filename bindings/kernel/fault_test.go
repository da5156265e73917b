package kernel

import "testing"

// TestFaultSeed: what a seed strikes is the same in every run of the program, so that a bug that
// was met is met again; another seed strikes others.
func TestFaultSeed(t *testing.T) {
	for seed, want := range map[uint64]string{
		0: ".xx.xxx.x.x.....x.x....x..xx...x",
		1: "...xx...x.x.x.xx....xxxxxx..x...",
		2: "....xx..x.xx.x.xxxxxx.xx....xx..",
	} {
		x, got := Fault{Share: 0.5, Seed: seed}, ""
		for range 32 {
			got += map[bool]string{true: "x", false: "."}[x.strikes()]
		}
		if got != want {
			t.Errorf("seed %d strikes %s, not %s", seed, got, want)
		}
	}
}
