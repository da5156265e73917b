package kernel

import (
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	InstallWake()
	os.Exit(m.Run())
}
