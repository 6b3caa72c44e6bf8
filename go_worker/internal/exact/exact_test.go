package exact

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestReadKeepsWhatASchemaCanTellApart(t *testing.T) {
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
		got, err := Read(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("Read(%q) = %#v, %v; want %#v", text, got, err, want)
		}
	}
}

func TestReadRefuses(t *testing.T) {
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
		got, err := Read(text)
		var where *Error
		if !errors.As(err, &where) || err.Error() != want {
			t.Errorf("Read(%.40q) = %#v, %v; want %s", text, got, err, want)
		}
	}
}

// What this reader takes, encoding/json takes as well, and reads the same value from it; what
// encoding/json refuses, this reader refuses.
func FuzzReadAgreesWithTheStandardLibrary(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,-2.50e+3,"x\u00e9\ud83d\ude00",true,null]}`, `{"a":1,"a":2}`, `"\ud800"`, "\"\xff\"", `1e999`, `[[[]]]`, `{"a"}`, `-`, "\uFEFF1",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Read(text)
		if err != nil {
			return
		}
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()
		var want any
		if err := decoder.Decode(&want); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("Read(%q) = %#v; encoding/json: %#v, %v", text, got, want, err)
		}
	})
}

func FuzzAppendStringIsReadBack(f *testing.F) {
	f.Add("plain")
	f.Add("\x00\x1f\"\\\n\r\t\u2028 ü")
	f.Add("broken \xff\xfe")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Read(Quote(text))
		if want := strings.ToValidUTF8(text, "\uFFFD"); err != nil || got != want {
			t.Errorf("Quote(%q) is read back as %#v, %v", text, got, err)
		}
	})
}

func TestInteger(t *testing.T) {
	for text, want := range map[string]int64{`30`: 30, `30.0`: 30, `3e1`: 30, `-1`: -1, `300e-1`: 30, `9007199254740993`: 9007199254740993} {
		value, _ := Read(text)
		if got, ok := Integer(value); !ok || got != want {
			t.Errorf("Integer(%s) = %d, %v", text, got, ok)
		}
	}
	for _, text := range []string{`30.5`, `"30"`, `null`, `true`, `1e30`, `99999999999999999999`} {
		value, _ := Read(text)
		if got, ok := Integer(value); ok {
			t.Errorf("Integer(%s) = %d", text, got)
		}
	}
}

func TestPointer(t *testing.T) {
	if got := Pointer([]string{"a/b", "~1", "0", ""}); got != "/a~1b/~01/0/" {
		t.Error(got)
	}
	if got := Pointer(nil); got != "" {
		t.Error(got)
	}
}
