package work

// match tells whether a name matches a glob, in which * is any run of characters, ? is one
// character, and everything else is itself. It takes time in proportion to the product of the
// lengths at most, whatever the glob.
func match(glob, name string) bool {
	pattern, text := []rune(glob), []rune(name)
	p, t := 0, 0
	star, resume := -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, resume = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0: // let the last star take one character more
			resume++
			p, t = star+1, resume
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}
