package kernel

// maxrssUnit is what ru_maxrss counts, in bytes.
const maxrssUnit = 1
