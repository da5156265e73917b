package stdio

import (
	"math/rand/v2"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// ParseMode reads the mode of fopen(3): r, w or a, then + and b in any order.
func ParseMode(mode string) (flags int, ok bool) {
	if mode == "" {
		return 0, false
	}
	rest := strings.Replace(strings.Replace(mode[1:], "b", "", 1), "+", "", 1)
	if rest != "" {
		return 0, false
	}
	access := unix.O_WRONLY
	if strings.Contains(mode, "+") {
		access = unix.O_RDWR
	}
	switch mode[0] {
	case 'w':
		return access | unix.O_CREAT | unix.O_TRUNC, true
	case 'a':
		return access | unix.O_CREAT | unix.O_APPEND, true
	case 'r':
		return access &^ unix.O_WRONLY, true
	}
	return 0, false
}

// Open opens a file with flags of ParseMode. A child process does not inherit it.
func (s *Streams) Open(path string, flags int) (*Stream, error) {
	fd, err := s.open(path, flags, 0o666)
	if err != nil {
		return nil, err
	}
	access := flags & unix.O_ACCMODE
	return s.Attach(fd, access != unix.O_WRONLY, access != unix.O_RDONLY), nil
}

func (s *Streams) open(path string, flags, mode int) (int, error) {
	f := &s.frame
	f.Reset()
	f.Args[0].Set, f.Args[0].Str = true, path
	f.Args[1].Set, f.Args[1].Int = true, int64(flags|unix.O_CLOEXEC)
	f.Args[2].Set, f.Args[2].Int = true, int64(mode)
	err := s.Task.Do(&opOpen, f)
	fd, opened := int(f.Out[0].Int), f.Out[0].Set
	if err != nil && opened { // the interrupt came when it was just done
		_ = s.do(&opClose, fd)
	}
	return fd, err
}

// temporary makes a new file that is nobody else's, mkstemp(3).
func (s *Streams) temporary() (path string, fd int, err error) {
	const attempts = 100
	for range attempts {
		path = os.TempDir() + "/lua_" + strconv.FormatUint(rand.Uint64(), 36)
		fd, err = s.open(path, unix.O_RDWR|unix.O_CREAT|unix.O_EXCL, 0o600)
		if err != unix.EEXIST {
			break
		}
	}
	return path, fd, err
}

// TempName makes an empty file and answers its path, so that nobody else can take the
// name meanwhile.
func (s *Streams) TempName() (string, error) {
	path, fd, err := s.temporary()
	if err != nil {
		return "", err
	}
	return path, s.do(&opClose, fd)
}

// TempFile opens a file that has no name and ends with its descriptor, tmpfile(3).
func (s *Streams) TempFile() (*Stream, error) {
	path, fd, err := s.temporary()
	if err != nil {
		return nil, err
	}
	_ = unix.Unlink(path)
	return s.Attach(fd, true, true), nil
}
