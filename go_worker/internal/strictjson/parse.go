// Package strictjson parses JSON without losing anything that a schema can distinguish: numbers
// keep their digits, names keep their case, and input whose meaning RFC 8259 leaves to the
// implementation (duplicate names, invalid UTF-8, lone surrogates) is an error instead of being
// repaired.
//
// encoding/json decodes TIMEOUT_SECONDS into a struct field tagged timeout_seconds, keeps the last
// of two equal names, and replaces an invalid byte by U+FFFD. Each of these would act on a value
// that was never validated.
package strictjson

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Limits of one document. They bound the cost of a hostile message and are far above the needs of a
// contract of this kind.
const (
	MaxDepth    = 128  // nesting depth of arrays and objects
	MaxDigits   = 1000 // length of one number in characters
	MaxExponent = 1000 // absolute value; comparing 1e1000000000 would exhaust the memory
)

// SyntaxError reports where a text is not a JSON document. Line and Column count characters from 1.
type SyntaxError struct {
	Line, Column int
	Reason       string
}

// Error returns the position and the reason.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Reason)
}

// Parse parses one JSON document into map[string]any, []any, string, json.Number, bool and nil, the
// types that the schema validator takes. An error is a *SyntaxError.
func Parse(text string) (any, error) {
	p := parser{text: text}
	if bad := invalidUTF8(text); bad >= 0 {
		return nil, p.errorAt(bad, "invalid UTF-8")
	}
	if strings.HasPrefix(text, "\uFEFF") {
		return nil, p.errorAt(0, "unexpected byte order mark")
	}
	p.skipSpace()
	value, err := p.parseValue(0)
	if err != nil {
		return nil, err
	}
	p.skipSpace()
	if p.pos < len(text) {
		return nil, p.errorAt(p.pos, "unexpected text after the document")
	}
	return value, nil
}

// invalidUTF8 returns the offset of the first byte that is not UTF-8, or -1.
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

type parser struct {
	text string
	pos  int
}

// errorAt returns a *SyntaxError for the given offset.
func (p *parser) errorAt(offset int, format string, args ...any) error {
	before := p.text[:offset]
	line := 1 + strings.Count(before, "\n")
	column := 1 + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
	return &SyntaxError{Line: line, Column: column, Reason: fmt.Sprintf(format, args...)}
}

// unexpected returns the error that the text at the current position is not what was expected.
func (p *parser) unexpected(expected string) error {
	if p.pos >= len(p.text) {
		return p.errorAt(p.pos, "unexpected end of the text, expected %s", expected)
	}
	c, _ := utf8.DecodeRuneInString(p.text[p.pos:])
	return p.errorAt(p.pos, "unexpected %q, expected %s", c, expected)
}

func (p *parser) skipSpace() {
	for p.pos < len(p.text) {
		switch p.text[p.pos] {
		case ' ', '\t', '\n', '\r':
			p.pos++
		default:
			return
		}
	}
}

// peek returns the next byte, or 0 at the end of the text: a zero byte begins no JSON token.
func (p *parser) peek() byte {
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

func (p *parser) parseValue(depth int) (any, error) {
	switch c := p.peek(); {
	case c == '{':
		return p.parseObject(depth + 1)
	case c == '[':
		return p.parseArray(depth + 1)
	case c == '"':
		return p.parseString()
	case c == '-' || isDigit(c):
		return p.parseNumber()
	}
	for _, literal := range literals {
		if strings.HasPrefix(p.text[p.pos:], literal.text) {
			p.pos += len(literal.text)
			return literal.value, nil
		}
	}
	return nil, p.unexpected("a value")
}

var literals = []struct {
	text  string
	value any
}{{"true", true}, {"false", false}, {"null", nil}}

func (p *parser) parseObject(depth int) (any, error) {
	if depth > MaxDepth {
		return nil, p.errorAt(p.pos, "more than %d nested arrays and objects", MaxDepth)
	}
	p.pos++
	p.skipSpace()
	members := make(map[string]any, 8)
	if p.peek() == '}' {
		p.pos++
		return members, nil
	}
	for {
		if err := p.parseMember(members, depth); err != nil {
			return nil, err
		}
		switch p.peek() {
		case ',':
			p.pos++
			p.skipSpace()
		case '}':
			p.pos++
			return members, nil
		default:
			return nil, p.unexpected("a comma or a closing brace")
		}
	}
}

func (p *parser) parseMember(members map[string]any, depth int) error {
	start := p.pos
	if p.peek() != '"' {
		return p.unexpected("a name in quotes")
	}
	name, err := p.parseString()
	if err != nil {
		return err
	}
	if _, duplicate := members[name]; duplicate {
		return p.errorAt(start, "duplicate name %s", Quote(name))
	}
	p.skipSpace()
	if p.peek() != ':' {
		return p.unexpected("a colon")
	}
	p.pos++
	p.skipSpace()
	if members[name], err = p.parseValue(depth); err != nil {
		return err
	}
	p.skipSpace()
	return nil
}

func (p *parser) parseArray(depth int) (any, error) {
	if depth > MaxDepth {
		return nil, p.errorAt(p.pos, "more than %d nested arrays and objects", MaxDepth)
	}
	p.pos++
	p.skipSpace()
	items := []any{}
	if p.peek() == ']' {
		p.pos++
		return items, nil
	}
	for {
		item, err := p.parseValue(depth)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
		p.skipSpace()
		switch p.peek() {
		case ',':
			p.pos++
			p.skipSpace()
		case ']':
			p.pos++
			return items, nil
		default:
			return nil, p.unexpected("a comma or a closing bracket")
		}
	}
}

func (p *parser) parseString() (string, error) {
	start := p.pos + 1
	for i := start; i < len(p.text); i++ {
		switch c := p.text[i]; {
		case c == '"':
			p.pos = i + 1
			return p.text[start:i], nil
		case c == '\\':
			return p.parseEscapedString(start, i)
		case c < ' ':
			return "", p.errorAt(i, "unescaped control character in a string")
		}
	}
	p.pos = len(p.text)
	return "", p.unexpected("the end of a string")
}

// parseEscapedString parses the rest of a string that began at start, from its first backslash, which
// is at i.
func (p *parser) parseEscapedString(start, i int) (string, error) {
	var out strings.Builder
	out.WriteString(p.text[start:i])
	for i < len(p.text) {
		switch c := p.text[i]; {
		case c == '"':
			p.pos = i + 1
			return out.String(), nil
		case c < ' ':
			return "", p.errorAt(i, "unescaped control character in a string")
		case c != '\\':
			out.WriteByte(c)
			i++
		default:
			char, length, err := p.parseEscape(i)
			if err != nil {
				return "", err
			}
			out.WriteRune(char)
			i += length
		}
	}
	p.pos = len(p.text)
	return "", p.unexpected("the end of a string")
}

// parseEscape parses the escape sequence at i and returns its length.
func (p *parser) parseEscape(i int) (char rune, length int, err error) {
	rest := p.text[i:]
	if len(rest) < 2 {
		p.pos = len(p.text)
		return 0, 0, p.unexpected("the rest of an escape")
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
		return p.parseUnicodeEscape(i)
	}
	return 0, 0, p.errorAt(i, "invalid escape sequence")
}

// parseUnicodeEscape parses \uXXXX, or a surrogate pair of two of them.
func (p *parser) parseUnicodeEscape(i int) (char rune, length int, err error) {
	first, ok := hex4(p.text[i:])
	if !ok {
		return 0, 0, p.errorAt(i, "invalid escape sequence")
	}
	if !utf16.IsSurrogate(first) {
		return first, 6, nil
	}
	if second, ok := hex4(p.text[i+6:]); ok {
		if pair := utf16.DecodeRune(first, second); pair != utf8.RuneError {
			return pair, 12, nil
		}
	}
	return 0, 0, p.errorAt(i, "lone surrogate")
}

// hex4 parses \uXXXX at the start of text.
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

func (p *parser) parseNumber() (any, error) {
	start := p.pos
	if p.peek() == '-' {
		p.pos++
	}
	switch c := p.peek(); {
	case c == '0':
		p.pos++
	case isDigit(c):
		p.skipDigits()
	default:
		return nil, p.unexpected("a digit")
	}
	if p.peek() == '.' {
		p.pos++
		if !p.skipDigits() {
			return nil, p.unexpected("a digit")
		}
	}
	if c := p.peek(); c == 'e' || c == 'E' {
		if err := p.parseExponent(start); err != nil {
			return nil, err
		}
	}
	if p.pos-start > MaxDigits {
		return nil, p.errorAt(start, "a number of more than %d characters", MaxDigits)
	}
	return json.Number(p.text[start:p.pos]), nil
}

// parseExponent parses the exponent of a number that began at start.
func (p *parser) parseExponent(start int) error {
	p.pos++
	if c := p.peek(); c == '+' || c == '-' {
		p.pos++
	}
	first := p.pos
	if !p.skipDigits() {
		return p.unexpected("a digit")
	}
	value := 0
	for _, c := range []byte(p.text[first:p.pos]) {
		if value = value*10 + int(c-'0'); value > MaxExponent {
			return p.errorAt(start, "a number with an exponent beyond %d", MaxExponent)
		}
	}
	return nil
}

// skipDigits skips a run of digits and reports whether there was one.
func (p *parser) skipDigits() bool {
	start := p.pos
	for isDigit(p.peek()) {
		p.pos++
	}
	return p.pos > start
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
