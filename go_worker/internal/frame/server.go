package frame

import (
	"bufio"
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/schemadiff/schemadiff/go_worker/internal/response"
	"github.com/schemadiff/schemadiff/go_worker/internal/retry"
)

const (
	readBufferSize  = 1 << 20
	writeBufferSize = 64 << 10
)

// Handler returns the responses to messages. It must be safe for concurrent use.
type Handler interface {
	// Handle returns the response to a payload.
	Handle(ctx context.Context, payload string, today time.Time) response.Encoded
	// Reject returns the response to a frame without a readable payload.
	Reject(err *retry.Error, today time.Time) response.Encoded
	// HandlePanic returns the response to a frame whose processing panicked.
	HandlePanic(cause any, today time.Time) response.Encoded
}

// Server serves the frames of one stream.
type Server struct {
	Handler      Handler
	Capabilities Capabilities
	Today        func() time.Time // the day for frames without as_of
	Concurrency  int              // the number of goroutines that handle frames; more frames are not read meanwhile
	BatchSize    int              // the number of frames that a goroutine takes at once, if they have arrived already
}

// Serve writes the capabilities, and then a reply to each frame, until the input ends or stop is done;
// then it completes the frames that it has read and returns. The work itself is bound to ctx. An
// error is one of reading or writing.
func (s Server) Serve(ctx, stop context.Context, in io.Reader, out io.Writer) error {
	replies := make(chan []byte, s.Concurrency)
	writeDone := make(chan error, 1)
	stop, cancel := context.WithCancel(stop)
	defer cancel()
	go func() {
		err := writeAll(out, replies)
		if err != nil {
			cancel()
		}
		for range replies { // after an error, let the handlers finish
		}
		writeDone <- err
	}()
	replies <- s.Capabilities.Append(nil)

	batches := make(chan []line)
	readDone := make(chan error, 1)
	go func() {
		readDone <- s.readBatches(stop, in, batches)
		close(batches)
	}()
	s.handleAll(ctx, stop, batches, replies)
	close(replies)
	if err := <-writeDone; err != nil {
		return err
	}
	select {
	case err := <-readDone:
		return err
	default: // the reader is still blocked, on input that is no longer wanted
		return nil
	}
}

// readBatches sends lines in batches: the line that it waited for, and those that came with it.
func (s Server) readBatches(stop context.Context, in io.Reader, batches chan<- []line) error {
	lines := newLineReader(in, readBufferSize, MaxBytes)
	for {
		var batch []line
		next, err := lines.next()
		for err == nil {
			batch = append(batch, next)
			if len(batch) >= s.BatchSize || !lines.buffered() {
				break
			}
			next, err = lines.next()
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

func (s Server) handleAll(ctx, stop context.Context, batches <-chan []line, replies chan<- []byte) {
	var handlers sync.WaitGroup
	for range s.Concurrency {
		handlers.Go(func() { s.handleBatches(ctx, stop, batches, replies) })
	}
	handlers.Wait()
}

func (s Server) handleBatches(ctx, stop context.Context, batches <-chan []line, replies chan<- []byte) {
	for {
		select {
		case batch, ok := <-batches:
			if !ok {
				return
			}
			var out []byte
			for _, line := range batch {
				out = s.appendReply(ctx, out, line)
			}
			replies <- out
		case <-stop.Done():
			return
		}
	}
}

// appendReply handles one line and appends its reply frame.
func (s Server) appendReply(ctx context.Context, out []byte, line line) (appended []byte) {
	today := s.Today()
	request := Request{NoID: true}
	defer func() {
		if cause := recover(); cause != nil {
			appended = AppendReply(out, request, s.Handler.HandlePanic(cause, today).JSON)
		}
	}()
	err := ErrTooLong
	if !line.tooLong {
		request, err = ParseRequest(line.text, today)
	}
	if err != nil {
		rejected := &retry.Error{Kind: retry.Validation, Err: err}
		return AppendReply(out, request, s.Handler.Reject(rejected, today).JSON)
	}
	return AppendReply(out, request, s.Handler.Handle(ctx, request.Payload, request.Today).JSON)
}

// writeAll writes replies, and flushes whenever no other reply is ready, so that none is held back.
func writeAll(out io.Writer, replies <-chan []byte) error {
	buffered := bufio.NewWriterSize(out, writeBufferSize)
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
