//go:build darwin || freebsd

package calls

// seldomFamilies: none here has fields of its own.
var seldomFamilies []Family
