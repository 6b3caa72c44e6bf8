package frame

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/schemadiff/schemadiff/go_worker/internal/response"
	"github.com/schemadiff/schemadiff/go_worker/internal/retry"
)

// echo is a Handler that returns its input.
type echo struct {
	onHandle func(payload string)
}

func (e echo) Handle(_ context.Context, payload string, today time.Time) response.Encoded {
	if e.onHandle != nil {
		e.onHandle(payload)
	}
	return response.Encoded{JSON: fmt.Appendf(nil, "%s on %s", payload, today.Format(time.DateOnly))}
}

func (e echo) Reject(err *retry.Error, _ time.Time) response.Encoded {
	return response.Encoded{JSON: []byte(err.Error())}
}

func (e echo) HandlePanic(cause any, _ time.Time) response.Encoded {
	return response.Encoded{JSON: fmt.Appendf(nil, "panic: %v", cause)}
}

func newServer(handler Handler) Server {
	return Server{
		Handler: handler, Capabilities: Capabilities{Service: "s"}, Today: func() time.Time { return today }, Concurrency: 2, BatchSize: 3,
	}
}

// serve serves the input to its end, and returns the replies as sorted "id=response".
func serve(t *testing.T, server Server, in string) []string {
	t.Helper()
	var out bytes.Buffer
	if err := server.Serve(context.Background(), context.Background(), strings.NewReader(in), &out); err != nil {
		t.Fatal(err)
	}
	return replies(t, out.String())
}

// replies parses the output of a server: the capabilities, which must come first, and then replies.
// It returns the replies as sorted "id=response".
func replies(t *testing.T, out string) []string {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if !strings.Contains(lines[0], `"kind":"capabilities"`) {
		t.Errorf("the first line is %s", lines[0])
	}
	var found []string
	for _, line := range lines[1:] {
		var reply struct {
			Protocol, Kind, Response string
			ID                       *string
		}
		if err := json.Unmarshal([]byte(line), &reply); err != nil || reply.Protocol != Protocol || reply.Kind != "reply" {
			t.Errorf("%s: %v", line, err)
		}
		id := "null"
		if reply.ID != nil {
			id = *reply.ID
		}
		found = append(found, id+"="+reply.Response)
	}
	slices.Sort(found)
	return found
}

func TestServe(t *testing.T) {
	t.Parallel()
	const tooLong = "null=the frame exceeds 16777216 bytes"
	for _, test := range []struct {
		name, in string
		want     []string
	}{
		{"no frames", "", nil},
		{
			"each line gets a reply",
			requestFrame("a", "1") + "not JSON\n" + requestFrame("b", "2\n\"\\ü") + strings.Repeat("x", MaxBytes+1) + "\n" +
				requestFrame("c", "") + "\n" + strings.TrimSuffix(requestFrame("d", "no line end"), "\n"),
			[]string{
				"a=1 on 2026-11-23", "b=2\n\"\\ü on 2026-11-23", "c= on 2026-11-23", "d=no line end on 2026-11-23", tooLong,
				"null=the frame is not valid JSON: line 1, column 1: unexpected 'n', expected a value",
				"null=the frame is not valid JSON: line 2, column 1: unexpected end of the text, expected a value",
			},
		},
		{"too long at the end of the input", strings.Repeat("x", MaxBytes+1), []string{tooLong}},
		{"too long by a whole frame", strings.Repeat("x", 2*MaxBytes), []string{tooLong}},
		{"too long by the line end", strings.Repeat("x", MaxBytes) + "\n", []string{tooLong}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := serve(t, newServer(echo{}), test.in); !slices.Equal(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestAPanicIsReportedUnderItsID(t *testing.T) {
	t.Parallel()
	server := newServer(echo{onHandle: func(payload string) {
		if payload == "bad" {
			panic("a bug")
		}
	}})
	got := serve(t, server, requestFrame("a", "1")+requestFrame("b", "bad")+requestFrame("c", "3"))
	if want := []string{"a=1 on 2026-11-23", "b=panic: a bug", "c=3 on 2026-11-23"}; !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// A client may wait for each reply before it sends more, or send half of the next frame before it
// reads.
func TestNoReplyIsHeldBack(t *testing.T) {
	t.Parallel()
	in, toServer := io.Pipe()
	fromServer, out := io.Pipe()
	served := make(chan error)
	go func() {
		served <- newServer(echo{}).Serve(context.Background(), context.Background(), in, out)
	}()
	decoder := json.NewDecoder(fromServer)
	expect := func(kind string) {
		t.Helper()
		var frame map[string]any
		if err := decoder.Decode(&frame); err != nil || frame["kind"] != kind {
			t.Fatalf("%v, %v; want kind %s", frame, err, kind)
		}
	}
	expect("capabilities")
	frame := requestFrame("x", "y")
	for range 5 {
		fmt.Fprint(toServer, frame+frame[:20])
		expect("reply")
		fmt.Fprint(toServer, frame[20:])
		expect("reply")
	}
	toServer.Close()
	if err := <-served; err != nil {
		t.Error(err)
	}
}

func TestConcurrencyIsBounded(t *testing.T) {
	t.Parallel()
	var running, most atomic.Int32
	server := newServer(echo{onHandle: func(string) {
		most.Store(max(most.Load(), running.Add(1)))
		time.Sleep(time.Millisecond)
		running.Add(-1)
	}})
	server.BatchSize = 1
	var in strings.Builder
	for i := range 50 {
		in.WriteString(requestFrame(strconv.Itoa(i), ""))
	}
	if got := len(serve(t, server, in.String())); got != 50 || most.Load() > 2 {
		t.Errorf("%d replies, at most %d at the same time", got, most.Load())
	}
}

// endlessInput repeats one frame, and counts the bytes that were read.
type endlessInput struct{ read atomic.Int64 }

func (e *endlessInput) Read(into []byte) (int, error) {
	n := copy(into, requestFrame("x", "y"))
	e.read.Add(int64(n))
	return n, nil
}

func TestStopCompletesFramesInProgress(t *testing.T) {
	t.Parallel()
	stop, cancel := context.WithCancel(context.Background())
	started, finish := make(chan bool, 1000), make(chan bool)
	server := newServer(echo{onHandle: func(string) { started <- true; <-finish }})
	server.BatchSize = 1
	var out bytes.Buffer
	served := make(chan error)
	go func() { served <- server.Serve(context.Background(), stop, &endlessInput{}, &out) }()
	<-started
	<-started
	cancel()
	select {
	case <-served:
		t.Fatal("Serve returned before the handlers")
	case <-time.After(20 * time.Millisecond):
	}
	close(finish)
	if err := <-served; err != nil {
		t.Error(err)
	}
	if got := len(replies(t, out.String())); got < 2 || got > 4 {
		t.Errorf("%d replies", got)
	}
}

func TestStopDoesNotWaitForInput(t *testing.T) {
	t.Parallel()
	stop, cancel := context.WithCancel(context.Background())
	in, _ := io.Pipe()
	served := make(chan error)
	go func() { served <- newServer(echo{}).Serve(context.Background(), stop, in, io.Discard) }()
	cancel()
	if err := <-served; err != nil {
		t.Error(err)
	}
}

func TestASlowReaderLimitsTheInput(t *testing.T) {
	t.Parallel()
	stop, cancel := context.WithCancel(context.Background())
	defer cancel()
	in := &endlessInput{}
	_, out := io.Pipe() // a reader that never reads
	go func() { _ = newServer(echo{}).Serve(context.Background(), stop, in, out) }()
	last := int64(-1)
	for last != in.read.Load() || last == 0 {
		last = in.read.Load()
		time.Sleep(50 * time.Millisecond)
	}
	if last > 8<<20 {
		t.Errorf("read %d bytes while no reply was taken", last)
	}
}

var (
	errOutput = errors.New("output failed")
	errInput  = errors.New("input failed")
)

type failingOutput struct{}

func (failingOutput) Write([]byte) (int, error) { return 0, errOutput }

type failingInput struct{}

func (failingInput) Read([]byte) (int, error) { return 0, errInput }

func TestServeErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		in   io.Reader
		out  io.Writer
		want error
	}{
		{"reading", failingInput{}, io.Discard, errInput},
		{"writing", &endlessInput{}, failingOutput{}, errOutput},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := newServer(echo{}).Serve(context.Background(), context.Background(), test.in, test.out)
			if !errors.Is(err, test.want) {
				t.Errorf("%v; want %v", err, test.want)
			}
		})
	}
}
