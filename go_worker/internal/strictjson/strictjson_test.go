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
		``:                          `line 1, column 1: unexpected end of the text, expected a value`,
		"\n\n  ":                    `line 3, column 3: unexpected end of the text, expected a value`,
		`{"a":1,"a":2}`:             `line 1, column 8: duplicate name "a"`,
		`{"a":1,"\u0061":2}`:        `line 1, column 8: duplicate name "a"`,
		"{\"ü\":1,\n \"b\" 2}":      `line 2, column 6: unexpected '2', expected a colon`,
		`{"a":1,}`:                  `line 1, column 8: unexpected '}', expected a name in quotes`,
		`{"a":1`:                    `line 1, column 7: unexpected end of the text, expected a comma or a closing brace`,
		`{a:1}`:                     `line 1, column 2: unexpected 'a', expected a name in quotes`,
		`[1,]`:                      `line 1, column 4: unexpected ']', expected a value`,
		`[1 2]`:                     `line 1, column 4: unexpected '2', expected a comma or a closing bracket`,
		`{} {}`:                     `line 1, column 4: unexpected text after the document`,
		`"abc`:                      `line 1, column 5: unexpected end of the text, expected the end of a string`,
		`"abc\`:                     `line 1, column 6: unexpected end of the text, expected the rest of an escape`,
		`"\x41"`:                    `line 1, column 2: invalid escape sequence`,
		`"\u12g4"`:                  `line 1, column 2: invalid escape sequence`,
		`"\ud800"`:                  `line 1, column 2: lone surrogate`,
		`"a\udc00\ud800"`:           `line 1, column 3: lone surrogate`,
		"\"a\nb\"":                  `line 1, column 3: unescaped control character in a string`,
		"\"\\n\x00\"":               `line 1, column 4: unescaped control character in a string`,
		"\"t\xff\"":                 `line 1, column 3: invalid UTF-8`,
		"\"\xed\xa0\x80\"":          `line 1, column 2: invalid UTF-8`,
		"\uFEFF{}":                  `line 1, column 1: unexpected byte order mark`,
		`01`:                        `line 1, column 2: unexpected text after the document`,
		`-`:                         `line 1, column 2: unexpected end of the text, expected a digit`,
		`+1`:                        `line 1, column 1: unexpected '+', expected a value`,
		`1.`:                        `line 1, column 3: unexpected end of the text, expected a digit`,
		`.5`:                        `line 1, column 1: unexpected '.', expected a value`,
		`1e`:                        `line 1, column 3: unexpected end of the text, expected a digit`,
		`1e1001`:                    `line 1, column 1: a number with an exponent beyond 1000`,
		`1e-99999999999999999999`:   `line 1, column 1: a number with an exponent beyond 1000`,
		strings.Repeat("9", 1001):   `line 1, column 1: a number of more than 1000 characters`,
		`NaN`:                       `line 1, column 1: unexpected 'N', expected a value`,
		`nul`:                       `line 1, column 1: unexpected 'n', expected a value`,
		deep:                        `line 1, column 129: more than 128 nested arrays and objects`,
		strings.Repeat(`{"":`, 200): `line 1, column 513: more than 128 nested arrays and objects`,
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
