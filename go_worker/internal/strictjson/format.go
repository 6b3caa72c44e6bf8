package strictjson

import (
	"encoding/json"
	"math/big"
	"strings"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// AppendString appends text as a JSON string. Bytes that are not UTF-8, which file names may
// contain, are replaced by U+FFFD, so the output is always valid JSON.
func AppendString(out []byte, text string) []byte {
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	out = append(out, '"')
	copied := 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		out = append(out, text[copied:i]...)
		copied = i + 1
		switch c {
		case '"', '\\':
			out = append(out, '\\', c)
		case '\n':
			out = append(out, '\\', 'n')
		case '\r':
			out = append(out, '\\', 'r')
		case '\t':
			out = append(out, '\\', 't')
		default:
			out = append(out, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	out = append(out, text[copied:]...)
	return append(out, '"')
}

// Quote returns text as a JSON string.
func Quote(text string) string { return string(AppendString(nil, text)) }

// Integer returns the value of a json.Number that is an integer in any notation (30, 30.0, 3e1). It
// returns false for every other value and for integers outside the range of int64.
func Integer(value any) (int64, bool) {
	number, ok := value.(json.Number)
	if !ok {
		return 0, false
	}
	if integer, err := number.Int64(); err == nil {
		return integer, true
	}
	rational, ok := new(big.Rat).SetString(number.String())
	if !ok || !rational.IsInt() || !rational.Num().IsInt64() {
		return 0, false
	}
	return rational.Num().Int64(), true
}

// TypeName returns the JSON type of a parsed value: null, boolean, number, string, array or object.
func TypeName(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case json.Number:
		return "number"
	case string:
		return "string"
	case []any:
		return "array"
	}
	return "object"
}

// Pointer returns the JSON Pointer (RFC 6901) made of reference tokens.
func Pointer(tokens []string) string {
	var out strings.Builder
	for _, token := range tokens {
		out.WriteByte('/')
		out.WriteString(tokenEscaper.Replace(token))
	}
	return out.String()
}

var tokenEscaper = strings.NewReplacer("~", "~0", "/", "~1")
