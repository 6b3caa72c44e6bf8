package frame

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
	"time"
)

// Handler answers with one response document. It is called by many goroutines.
type Handler interface {
	// Answer answers a payload.
	Answer(ctx context.Context, payload string, today time.Time) []byte
	// Refuse answers a frame that holds no payload.
	Refuse(reason string, today time.Time) []byte
	// Broken answers a frame that met a panic.
	Broken(cause any, today time.Time) []byte
}

// Server answers the frames of one stream.
type Server struct {
	Handler Handler
	Hello   Capabilities
	Today   func() time.Time // for a frame that names no day
	Lines   int              // how many lines are in work at the same time; reading waits beyond that
	Batch   int              // how many lines one goroutine takes at once, if they are there already
}

// Serve answers until the input ends or stop is done, and then what it has begun to read. The work
// itself is bound to ctx. The error is that of reading or writing.
func (s Server) Serve(ctx, stop context.Context, in io.Reader, out io.Writer) error {
	replies := make(chan []byte, s.Lines)
	written := make(chan error, 1)
	stop, giveUp := context.WithCancel(stop)
	defer giveUp()
	go func() {
		err := write(out, replies)
		if err != nil {
			giveUp()
		}
		for range replies { // nobody may wait for a reader that is gone
		}
		written <- err
	}()
	replies <- s.Hello.Append(nil)

	batches := make(chan []line)
	read := make(chan error, 1)
	go func() {
		read <- s.read(stop, in, batches)
		close(batches)
	}()
	s.handleAll(ctx, stop, batches, replies)
	close(replies)
	if err := <-written; err != nil {
		return err
	}
	select {
	case err := <-read:
		return err
	default: // still waiting for input that is not wanted any more
		return nil
	}
}

type line struct {
	text    string
	tooLong bool
}

// read hands on what is there in batches: the line that it waited for and those that came with it.
func (s Server) read(stop context.Context, in io.Reader, batches chan<- []line) error {
	buffered := bufio.NewReaderSize(in, 1<<20)
	for {
		var batch []line
		next, err := readLine(buffered)
		for err == nil {
			batch = append(batch, next)
			if len(batch) >= s.Batch || !lineWaits(buffered) {
				break
			}
			next, err = readLine(buffered)
		}
		if len(batch) > 0 {
			select {
			case batches <- batch:
			case <-stop.Done():
				return nil
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func lineWaits(in *bufio.Reader) bool {
	waiting, _ := in.Peek(in.Buffered())
	return bytes.IndexByte(waiting, '\n') >= 0
}

// readLine reads up to a line end, or to the end of the input. It passes over a line that is too
// long without keeping it, so the stream stays in step.
func readLine(in *bufio.Reader) (line, error) {
	var long []byte
	tooLong := false
	for {
		part, err := in.ReadSlice('\n')
		more := errors.Is(err, bufio.ErrBufferFull)
		tooLong = tooLong || len(long)+len(part) > MaxBytes
		switch {
		case err != nil && !more && !errors.Is(err, io.EOF):
			return line{}, err
		case err != nil && !more && len(long)+len(part) == 0 && !tooLong:
			return line{}, io.EOF
		case tooLong:
			long = nil
		case more || long != nil:
			long = append(long, part...)
		default:
			return line{text: string(part)}, nil
		}
		if !more {
			return line{text: string(long), tooLong: tooLong}, nil
		}
	}
}

func (s Server) handleAll(ctx, stop context.Context, batches <-chan []line, replies chan<- []byte) {
	var handlers sync.WaitGroup
	for range s.Lines {
		handlers.Add(1)
		go func() {
			defer handlers.Done()
			s.handle(ctx, stop, batches, replies)
		}()
	}
	handlers.Wait()
}

func (s Server) handle(ctx, stop context.Context, batches <-chan []line, replies chan<- []byte) {
	for {
		select {
		case batch, ok := <-batches:
			if !ok {
				return
			}
			var out []byte
			for _, each := range batch {
				out = s.reply(ctx, out, each)
			}
			replies <- out
		case <-stop.Done():
			return
		}
	}
}

func (s Server) reply(ctx context.Context, out []byte, line line) (replied []byte) {
	today := s.Today()
	request := Request{NoID: true}
	defer func() {
		if cause := recover(); cause != nil {
			replied = AppendReply(out, request, s.Handler.Broken(cause, today))
		}
	}()
	if line.tooLong {
		return AppendReply(out, request, s.Handler.Refuse("the frame is longer than the limit", today))
	}
	request, err := Parse(line.text, today)
	if err != nil {
		return AppendReply(out, request, s.Handler.Refuse(err.Error(), today))
	}
	return AppendReply(out, request, s.Handler.Answer(ctx, request.Payload, request.Today))
}

// write flushes whenever it has nothing more at hand, so that no reply waits for another.
func write(out io.Writer, replies <-chan []byte) error {
	buffered := bufio.NewWriterSize(out, 64<<10)
	for reply := range replies {
		if _, err := buffered.Write(reply); err != nil {
			return err
		}
		if len(replies) == 0 {
			if err := buffered.Flush(); err != nil {
				return err
			}
		}
	}
	return buffered.Flush()
}
