package frame

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// readLines reads all lines.
func readLines(t *testing.T, in io.Reader, bufferSize, maxBytes int) []line {
	t.Helper()
	reader := newLineReader(in, bufferSize, maxBytes)
	var lines []line
	for {
		next, err := reader.next()
		if errors.Is(err, io.EOF) {
			return lines
		}
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, next)
	}
}

func TestLineReader(t *testing.T) {
	t.Parallel()
	const bufferSize, maxBytes = 16, 40
	longest := strings.Repeat("x", maxBytes-1) + "\n"
	for _, test := range []struct {
		name, in string
		want     []line
	}{
		{"no input", "", nil},
		{"one line", "a\n", []line{{text: "a\n"}}},
		{"no line end", "a\nb", []line{{text: "a\n"}, {text: "b"}}},
		{"empty lines", "\n\n", []line{{text: "\n"}, {text: "\n"}}},
		{"as long as the buffer", strings.Repeat("x", bufferSize), []line{{text: strings.Repeat("x", bufferSize)}}},
		{"the longest line", longest + "b\n", []line{{text: longest}, {text: "b\n"}}},
		{"too long", "x" + longest + "b\n", []line{{tooLong: true}, {text: "b\n"}}},
		{"too long without a line end", strings.Repeat("x", 10*maxBytes), []line{{tooLong: true}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := readLines(t, strings.NewReader(test.in), bufferSize, maxBytes); !slices.Equal(got, test.want) {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
}

func TestLineReaderError(t *testing.T) {
	t.Parallel()
	reader := newLineReader(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("ab\n"))), 16, 40)
	if next, err := reader.next(); !errors.Is(err, iotest.ErrTimeout) {
		t.Errorf("%+v, %v; want the error of the input", next, err)
	}
}

// FuzzLineReader compares the reader with bytes.SplitAfter, for every size of the buffer, of the limit
// and of the pieces in which the input arrives.
func FuzzLineReader(f *testing.F) {
	for _, seed := range []string{"", "a", "a\n", "\n\n", "a\nb", "\r\n\x00\n", strings.Repeat("x", 64), strings.Repeat("x", 63) + "\ny\n"} {
		f.Add([]byte(seed), uint8(0), uint8(32), false)
		f.Add([]byte(seed), uint8(16), uint8(0), true)
	}
	f.Fuzz(func(t *testing.T, in []byte, bufferSize, maxBytes uint8, oneByOne bool) {
		var want []line
		for _, text := range bytes.SplitAfter(in, []byte("\n")) {
			switch {
			case len(text) == 0: // after the last line end
			case len(text) > int(maxBytes):
				want = append(want, line{tooLong: true})
			default:
				want = append(want, line{text: string(text)})
			}
		}
		input := io.Reader(bytes.NewReader(in))
		if oneByOne {
			input = iotest.OneByteReader(input)
		}
		if got := readLines(t, input, int(bufferSize), int(maxBytes)); !slices.Equal(got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	})
}
