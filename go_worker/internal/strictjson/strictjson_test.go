package strictjson

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]any{
		`30.0`:                     json.Number("30.0"),
		`9007199254740993`:         json.Number("9007199254740993"),
		`-0`:                       json.Number("-0"),
		`1E+2`:                     json.Number("1E+2"),
		` null `:                   nil,
		`[true,false,[]]`:          []any{true, false, []any{}},
		`{"a":null,"A":1}`:         map[string]any{"a": nil, "A": json.Number("1")},
		`{"":{}}`:                  map[string]any{"": map[string]any{}},
		"\"\u2028ü\"":              "\u2028ü",
		`"\"\\\/\b\f\n\r\t"`:       "\"\\/\b\f\n\r\t",
		`"\u00fC\ud83d\ude00x"`:    "ü😀x",
		"\r\n\t[\n1 , 2\r]":        []any{json.Number("1"), json.Number("2")},
		`"` + "\uFEFF" + `inside"`: "\uFEFFinside",
	} {
		t.Run(fmt.Sprintf("%q", text), func(t *testing.T) {
			t.Parallel()
			got, err := Parse(text)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("Parse(%q) = %#v, %v; want %#v", text, got, err, want)
			}
		})
	}
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", MaxDepth+1) + strings.Repeat("]", MaxDepth+1)
	for text, want := range map[string]string{
		``:                          `line 1, column 1: the text ends where a value should be`,
		"\n\n  ":                    `line 3, column 3: the text ends where a value should be`,
		`{"a":1,"a":2}`:             `line 1, column 8: the name "a" stands twice in one object`,
		`{"a":1,"\u0061":2}`:        `line 1, column 8: the name "a" stands twice in one object`,
		"{\"ü\":1,\n \"b\" 2}":      `line 2, column 6: '2' where a colon should be`,
		`{"a":1,}`:                  `line 1, column 8: '}' where a member's name should be`,
		`{"a":1`:                    `line 1, column 7: the text ends where a comma or a closing brace should be`,
		`{a:1}`:                     `line 1, column 2: 'a' where a member's name should be`,
		`[1,]`:                      `line 1, column 4: ']' where a value should be`,
		`[1 2]`:                     `line 1, column 4: '2' where a comma or a closing bracket should be`,
		`{} {}`:                     `line 1, column 4: the document ends before this point, but more text follows`,
		`"abc`:                      `line 1, column 5: the text ends where the end of a string should be`,
		`"abc\`:                     `line 1, column 6: the text ends where the rest of an escape should be`,
		`"\x41"`:                    `line 1, column 2: an unknown escape`,
		`"\u12g4"`:                  `line 1, column 2: an unknown escape`,
		`"\ud800"`:                  `line 1, column 2: half of a surrogate pair, which is no character`,
		`"a\udc00\ud800"`:           `line 1, column 3: half of a surrogate pair, which is no character`,
		"\"a\nb\"":                  `line 1, column 3: a control character in a string`,
		"\"\\n\x00\"":               `line 1, column 4: a control character in a string`,
		"\"t\xff\"":                 `line 1, column 3: the text is not UTF-8`,
		"\"\xed\xa0\x80\"":          `line 1, column 2: the text is not UTF-8`,
		"\uFEFF{}":                  `line 1, column 1: the text begins with a byte order mark`,
		`01`:                        `line 1, column 2: the document ends before this point, but more text follows`,
		`-`:                         `line 1, column 2: the text ends where a digit should be`,
		`+1`:                        `line 1, column 1: '+' where a value should be`,
		`1.`:                        `line 1, column 3: the text ends where a digit should be`,
		`.5`:                        `line 1, column 1: '.' where a value should be`,
		`1e`:                        `line 1, column 3: the text ends where a digit should be`,
		`1e1001`:                    `line 1, column 1: a number with an exponent beyond 1000`,
		`1e-99999999999999999999`:   `line 1, column 1: a number with an exponent beyond 1000`,
		strings.Repeat("9", 1001):   `line 1, column 1: a number of more than 1000 characters`,
		`NaN`:                       `line 1, column 1: 'N' where a value should be`,
		`nul`:                       `line 1, column 1: 'n' where a value should be`,
		deep:                        `line 1, column 129: more than 128 arrays and objects within each other`,
		strings.Repeat(`{"":`, 200): `line 1, column 513: more than 128 arrays and objects within each other`,
	} {
		t.Run(fmt.Sprintf("%.40q", text), func(t *testing.T) {
			t.Parallel()
			got, err := Parse(text)
			var syntax *SyntaxError
			if !errors.As(err, &syntax) || err.Error() != want {
				t.Errorf("Parse(%.40q) = %#v, %v; want error %s", text, got, err, want)
			}
		})
	}
}

// FuzzParse checks that encoding/json accepts every document that Parse accepts, and decodes it to
// the same value.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,-2.50e+3,"x\u00e9\ud83d\ude00",true,null]}`, `{"a":1,"a":2}`, `"\ud800"`, "\"\xff\"", `1e999`, `[[[]]]`, `{"a"}`, `-`, "\uFEFF1",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Parse(text)
		if err != nil {
			return
		}
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()
		var want any
		if err := decoder.Decode(&want); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("Parse(%q) = %#v; encoding/json: %#v, %v", text, got, want, err)
		}
	})
}

// FuzzQuote checks that Parse is the inverse of Quote.
func FuzzQuote(f *testing.F) {
	f.Add("plain")
	f.Add("\x00\x1f\"\\\n\r\t\u2028 ü")
	f.Add("broken \xff\xfe")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Parse(Quote(text))
		if want := strings.ToValidUTF8(text, "\uFFFD"); err != nil || got != want {
			t.Errorf("Parse(Quote(%q)) = %#v, %v", text, got, err)
		}
	})
}

func TestInteger(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		want int64
		ok   bool
	}{
		{`30`, 30, true},
		{`30.0`, 30, true},
		{`3e1`, 30, true},
		{`-1`, -1, true},
		{`300e-1`, 30, true},
		{`9007199254740993`, 9007199254740993, true},
		{`30.5`, 0, false},
		{`"30"`, 0, false},
		{`null`, 0, false},
		{`true`, 0, false},
		{`1e30`, 0, false},
		{`99999999999999999999`, 0, false},
	} {
		t.Run(test.text, func(t *testing.T) {
			t.Parallel()
			value, err := Parse(test.text)
			if err != nil {
				t.Fatal(err)
			}
			if got, ok := Integer(value); got != test.want || ok != test.ok {
				t.Errorf("Integer(%s) = %d, %v; want %d, %v", test.text, got, ok, test.want, test.ok)
			}
		})
	}
}

func TestPointer(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		tokens []string
		want   string
	}{
		{"escaped tokens", []string{"a/b", "~1", "0", ""}, "/a~1b/~01/0/"},
		{"whole document", nil, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := Pointer(test.tokens); got != test.want {
				t.Errorf("Pointer(%q) = %q; want %q", test.tokens, got, test.want)
			}
		})
	}
}
