// Package iolib is print, Lua's io library and the parts of os that gopher-lua gets
// wrong, over plain descriptors.
//
// gopher-lua's own go through os.File: a finalizer closes descriptors, a read of
// standard input can't be interrupted, long lines are cut, files are made with mode
// 0600, and a closed standard output kills the process. Here all goes through the gate
// (package stdio); print and io.write go to descriptor 1, whatever that is now.
package iolib
