package tasks

// match reports whether name matches glob. In a glob * stands for any characters, ? for one character,
// and every other character for itself. The time is at most proportional to the product of the
// lengths.
func match(glob, name string) bool {
	pattern, text := []rune(glob), []rune(name)
	p, t := 0, 0
	star, resume := -1, 0 // the last * in the pattern, and the text position after its match
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, resume = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0: // backtrack: let the last * match one more character
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
