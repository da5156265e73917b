package kernel

// AddrinfoText is gai_strerror: the text of an EAI_ number.
func AddrinfoText(code int) string {
	if text, ok := addrinfoTexts[code]; ok {
		return text
	}
	return "Unknown error"
}

// eai makes the error of an EAI_ number.
func eai(code int) error { return &AddrinfoError{code} }
