package frame

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// lineReader reads lines of bounded length.
type lineReader struct {
	in       *bufio.Reader
	maxBytes int // of one line, line end included
}

func newLineReader(in io.Reader, bufferSize, maxBytes int) *lineReader {
	return &lineReader{in: bufio.NewReaderSize(in, bufferSize), maxBytes: maxBytes}
}

// line is one line, line end included; the last one may lack it. A line that is too long has no text.
type line struct {
	text    string
	tooLong bool
}

// next reads a line. It discards the bytes of a line that is too long, up to the line end, so that
// the next line is found. At the end of the input it returns io.EOF.
func (r *lineReader) next() (line, error) {
	var text strings.Builder
	length := 0
	for {
		part, err := r.in.ReadSlice('\n')
		continues := errors.Is(err, bufio.ErrBufferFull)
		if err != nil && !continues && !errors.Is(err, io.EOF) {
			return line{}, err
		}
		length += len(part)
		if length <= r.maxBytes {
			text.Write(part)
		} else {
			text.Reset()
		}
		if continues {
			continue
		}
		switch {
		case length == 0:
			return line{}, io.EOF
		case length > r.maxBytes:
			return line{tooLong: true}, nil
		}
		return line{text: text.String()}, nil
	}
}

// buffered reports whether a whole line can be read without waiting.
func (r *lineReader) buffered() bool {
	waiting, _ := r.in.Peek(r.in.Buffered())
	return bytes.IndexByte(waiting, '\n') >= 0
}
