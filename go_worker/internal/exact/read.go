// Package exact reads JSON without losing anything that a schema can tell apart: numbers keep
// their digits, names keep their case, and what RFC 8259 leaves to the reader (duplicate names,
// broken UTF-8, lone surrogates) is refused instead of repaired.
//
// encoding/json into a struct would take TIMEOUT_SECONDS for timeout_seconds, the last of two
// equal names, and U+FFFD for a broken byte: three ways to act on something nobody validated.
package exact

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Limits of one document. They bound what a hostile message can cost, and are far beyond what a
// contract of this kind asks for.
const (
	MaxDepth    = 128  // arrays and objects within each other
	MaxDigits   = 1000 // characters of one number
	MaxExponent = 1000 // either way; 1e1000000000 would fill the memory once it is compared
)

// Error tells where a text stops being a JSON document, by line and column in characters, both
// from 1.
type Error struct {
	Line, Column int
	Reason       string
}

func (e *Error) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Reason)
}

// Read reads one JSON document. The value is made of map[string]any, []any, string, json.Number,
// bool and nil, which is what the validator takes. The error is an *Error.
func Read(text string) (any, error) {
	r := reader{text: text}
	if bad := invalidUTF8(text); bad >= 0 {
		return nil, r.refuse(bad, "the text is not UTF-8")
	}
	if strings.HasPrefix(text, "\uFEFF") {
		return nil, r.refuse(0, "the text begins with a byte order mark")
	}
	r.space()
	value, err := r.value(0)
	if err != nil {
		return nil, err
	}
	r.space()
	if r.at < len(text) {
		return nil, r.refuse(r.at, "the document ends before this point, but more text follows")
	}
	return value, nil
}

func invalidUTF8(text string) int {
	if utf8.ValidString(text) {
		return -1
	}
	for i, c := range text {
		if c == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(text[i:]); size == 1 {
				return i
			}
		}
	}
	return -1
}

type reader struct {
	text string
	at   int
}

func (r *reader) refuse(at int, format string, args ...any) error {
	before := r.text[:at]
	line := 1 + strings.Count(before, "\n")
	column := 1 + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
	return &Error{Line: line, Column: column, Reason: fmt.Sprintf(format, args...)}
}

// unexpected refuses what stands at the reading point.
func (r *reader) unexpected(wanted string) error {
	if r.at >= len(r.text) {
		return r.refuse(r.at, "the text ends where %s should be", wanted)
	}
	c, _ := utf8.DecodeRuneInString(r.text[r.at:])
	return r.refuse(r.at, "%q where %s should be", c, wanted)
}

func (r *reader) space() {
	for r.at < len(r.text) {
		switch r.text[r.at] {
		case ' ', '\t', '\n', '\r':
			r.at++
		default:
			return
		}
	}
}

// peek returns the next byte, or 0 at the end: a zero byte begins nothing in JSON either.
func (r *reader) peek() byte {
	if r.at < len(r.text) {
		return r.text[r.at]
	}
	return 0
}

func (r *reader) value(depth int) (any, error) {
	switch c := r.peek(); {
	case c == '{':
		return r.object(depth + 1)
	case c == '[':
		return r.array(depth + 1)
	case c == '"':
		return r.str()
	case c == '-' || isDigit(c):
		return r.number()
	}
	for _, word := range words {
		if strings.HasPrefix(r.text[r.at:], word.text) {
			r.at += len(word.text)
			return word.value, nil
		}
	}
	return nil, r.unexpected("a value")
}

var words = []struct {
	text  string
	value any
}{{"true", true}, {"false", false}, {"null", nil}}

func (r *reader) object(depth int) (any, error) {
	if depth > MaxDepth {
		return nil, r.refuse(r.at, "more than %d arrays and objects within each other", MaxDepth)
	}
	r.at++
	r.space()
	members := make(map[string]any, 8)
	if r.peek() == '}' {
		r.at++
		return members, nil
	}
	for {
		if err := r.member(members, depth); err != nil {
			return nil, err
		}
		switch r.peek() {
		case ',':
			r.at++
			r.space()
		case '}':
			r.at++
			return members, nil
		default:
			return nil, r.unexpected("a comma or a closing brace")
		}
	}
}

func (r *reader) member(members map[string]any, depth int) error {
	begin := r.at
	if r.peek() != '"' {
		return r.unexpected("a member's name")
	}
	name, err := r.str()
	if err != nil {
		return err
	}
	if _, there := members[name]; there {
		return r.refuse(begin, "the name %s stands twice in one object", Quote(name))
	}
	r.space()
	if r.peek() != ':' {
		return r.unexpected("a colon")
	}
	r.at++
	r.space()
	if members[name], err = r.value(depth); err != nil {
		return err
	}
	r.space()
	return nil
}

func (r *reader) array(depth int) (any, error) {
	if depth > MaxDepth {
		return nil, r.refuse(r.at, "more than %d arrays and objects within each other", MaxDepth)
	}
	r.at++
	r.space()
	items := []any{}
	if r.peek() == ']' {
		r.at++
		return items, nil
	}
	for {
		item, err := r.value(depth)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
		r.space()
		switch r.peek() {
		case ',':
			r.at++
			r.space()
		case ']':
			r.at++
			return items, nil
		default:
			return nil, r.unexpected("a comma or a closing bracket")
		}
	}
}

func (r *reader) str() (string, error) {
	begin := r.at + 1
	for i := begin; i < len(r.text); i++ {
		switch c := r.text[i]; {
		case c == '"':
			r.at = i + 1
			return r.text[begin:i], nil
		case c == '\\':
			return r.escaped(begin, i)
		case c < ' ':
			return "", r.refuse(i, "a control character in a string")
		}
	}
	r.at = len(r.text)
	return "", r.unexpected("the end of a string")
}

// escaped reads on from the first backslash of a string, which is at i.
func (r *reader) escaped(begin, i int) (string, error) {
	var out strings.Builder
	out.WriteString(r.text[begin:i])
	for i < len(r.text) {
		switch c := r.text[i]; {
		case c == '"':
			r.at = i + 1
			return out.String(), nil
		case c < ' ':
			return "", r.refuse(i, "a control character in a string")
		case c != '\\':
			out.WriteByte(c)
			i++
		default:
			char, size, err := r.escape(i)
			if err != nil {
				return "", err
			}
			out.WriteRune(char)
			i += size
		}
	}
	r.at = len(r.text)
	return "", r.unexpected("the end of a string")
}

func (r *reader) escape(i int) (char rune, size int, err error) {
	rest := r.text[i:]
	if len(rest) < 2 {
		r.at = len(r.text)
		return 0, 0, r.unexpected("the rest of an escape")
	}
	switch rest[1] {
	case '"', '\\', '/':
		return rune(rest[1]), 2, nil
	case 'b':
		return '\b', 2, nil
	case 'f':
		return '\f', 2, nil
	case 'n':
		return '\n', 2, nil
	case 'r':
		return '\r', 2, nil
	case 't':
		return '\t', 2, nil
	case 'u':
		return r.unicodeEscape(i)
	}
	return 0, 0, r.refuse(i, "an unknown escape")
}

func (r *reader) unicodeEscape(i int) (char rune, size int, err error) {
	first, ok := hex4(r.text[i:])
	if !ok {
		return 0, 0, r.refuse(i, "an unknown escape")
	}
	if !utf16.IsSurrogate(first) {
		return first, 6, nil
	}
	if second, ok := hex4(r.text[i+6:]); ok {
		if pair := utf16.DecodeRune(first, second); pair != utf8.RuneError {
			return pair, 12, nil
		}
	}
	return 0, 0, r.refuse(i, "half of a surrogate pair, which is no character")
}

// hex4 reads \uXXXX at the beginning of text.
func hex4(text string) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	var value rune
	for _, c := range []byte(text[2:6]) {
		switch {
		case isDigit(c):
			value = value<<4 | rune(c-'0')
		case 'a' <= c && c <= 'f':
			value = value<<4 | rune(c-'a'+10)
		case 'A' <= c && c <= 'F':
			value = value<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
	}
	return value, true
}

func (r *reader) number() (any, error) {
	begin := r.at
	if r.peek() == '-' {
		r.at++
	}
	switch c := r.peek(); {
	case c == '0':
		r.at++
	case isDigit(c):
		r.digits()
	default:
		return nil, r.unexpected("a digit")
	}
	if r.peek() == '.' {
		r.at++
		if !r.digits() {
			return nil, r.unexpected("a digit")
		}
	}
	if c := r.peek(); c == 'e' || c == 'E' {
		if err := r.exponent(begin); err != nil {
			return nil, err
		}
	}
	if r.at-begin > MaxDigits {
		return nil, r.refuse(begin, "a number of more than %d characters", MaxDigits)
	}
	return json.Number(r.text[begin:r.at]), nil
}

func (r *reader) exponent(begin int) error {
	r.at++
	if c := r.peek(); c == '+' || c == '-' {
		r.at++
	}
	first := r.at
	if !r.digits() {
		return r.unexpected("a digit")
	}
	value := 0
	for _, c := range []byte(r.text[first:r.at]) {
		if value = value*10 + int(c-'0'); value > MaxExponent {
			return r.refuse(begin, "a number with an exponent beyond %d", MaxExponent)
		}
	}
	return nil
}

// digits passes over a run of digits and tells whether there was one.
func (r *reader) digits() bool {
	begin := r.at
	for isDigit(r.peek()) {
		r.at++
	}
	return r.at > begin
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
