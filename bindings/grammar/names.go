package grammar

// IsName tells whether a text is an identifier of Lua's and no reserved word.
func IsName(text string) bool {
	for i := 0; i < len(text); i++ {
		if !isLetter(text[i]) && (i == 0 || !isDigit(text[i])) {
			return false
		}
	}
	return text != "" && !IsKeyword(text)
}

// Keywords are Lua's reserved words, sorted.
var Keywords = []string{
	"and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in",
	"local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while",
}

var isKeyword = func() map[string]bool {
	m := map[string]bool{}
	for _, word := range Keywords {
		m[word] = true
	}
	return m
}()

// IsKeyword tells whether a word is one of Lua's reserved ones.
func IsKeyword(word string) bool { return isKeyword[word] }
