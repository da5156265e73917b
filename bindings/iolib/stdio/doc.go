// Package stdio is C's stdio over plain descriptors: streams with a buffer, and what
// Lua's io and os libraries need of the system besides. It knows no Lua.
//
// Each read and write goes through the gate (kernel.Task.Do), so that an interrupt
// ends it and a tracer sees it. A stream never closes its descriptor by itself: Go's
// os.File does so in a finalizer, when the number may be somebody else's by now.
package stdio
