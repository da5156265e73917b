package kernel

// addrinfoText is gai_strerror: the text of an EAI_ number.
func addrinfoText(code int) string {
	if text, ok := addrinfoTexts[code]; ok {
		return text
	}
	return "Unknown error"
}

// eai makes the error of an EAI_ number.
func eai(code int) error { return &AddrinfoError{Code: code} }

// about has an error of getaddrinfo's tell the name that it is about.
func about(name *string, err error) error {
	if e, ok := err.(*AddrinfoError); ok && name != nil {
		return &AddrinfoError{e.Code, Escape(*name), e.Errno}
	}
	return err
}
