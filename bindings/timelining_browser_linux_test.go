package bindings

import (
	"context"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestTimelineInBrowser: the drawing fills the width of a window, which a projector's picture is the
// larger for, and is not made smaller than can be read.
func TestTimelineInBrowser(t *testing.T) {
	drawing := filepath.Join(t.TempDir(), "a.svg")
	if err := os.WriteFile(drawing, []byte(recorded(t, hostile).SVG()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, window := range []struct{ width, least int }{{1920, 1860}, {700, 700}} { // all but the margin; cut off
		if end := inkEnds(shot(t, drawing, window.width)); end < window.least {
			t.Errorf("in a window of %d pixels the drawing ends at %d", window.width, end)
		}
	}
}

// shot is what a browser shows of a file in a window of so many pixels, or skips the test where
// there is no browser.
func shot(t *testing.T, path string, width int) image.Image {
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	picture := filepath.Join(t.TempDir(), "a.png")
	cmd := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1",
		"--user-data-dir="+t.TempDir(), fmt.Sprintf("--window-size=%d,600", width), "--screenshot="+picture, "file://"+path)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	f, err := os.Open(picture)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// inkEnds is the last column that is not as the corner is.
func inkEnds(img image.Image) int {
	b := img.Bounds()
	ground := img.At(b.Min.X, b.Min.Y)
	for x := b.Max.X - 1; x > b.Min.X; x-- {
		for y := b.Min.Y; y < b.Max.Y; y++ {
			if img.At(x, y) != ground {
				return x + 1
			}
		}
	}
	return 0
}
