package frame

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

var today = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

func TestParse(t *testing.T) {
	const head = `{"protocol":"schemadiff/1","id":"7",`
	for _, each := range []struct {
		line, payload, day, problem string
		noID                        bool
	}{
		{line: head + `"payload":"{}"}`, payload: "{}", day: "2026-11-23"},
		{line: head + `"payload":""}`, day: "2026-11-23"},
		{line: head + `"payload_base64":"/w==","as_of":"2026-03-04","more":1}`, payload: "\xff", day: "2026-03-04"},
		{line: ``, noID: true, problem: "the frame is not JSON: line 1, column 1: the text ends where a value should be"},
		{line: `[]`, noID: true, problem: "the frame is not an object"},
		{line: `{"protocol":"schemadiff/1","payload":"{}"}`, noID: true, problem: "the frame has no id, which is a string"},
		{line: `{"protocol":"schemadiff/1","id":7,"payload":"{}"}`, noID: true, problem: "the frame has no id, which is a string"},
		{line: `{"id":"7","payload":"{}"}`, problem: "the frame does not say that its protocol is schemadiff/1"},
		{line: `{"protocol":"schemadiff/2","id":"7","payload":"{}"}`, problem: "the frame does not say that its protocol is schemadiff/1"},
		{line: head + `"payload":{}}`, problem: "the frame has not exactly one of payload and payload_base64, as a string"},
		{line: head + `"payload":"","payload_base64":""}`, problem: "the frame has not exactly one of payload and payload_base64, as a string"},
		{line: head + `"payload_base64":"!"}`, problem: "the frame's payload_base64 is not base64: illegal base64 data at input byte 0"},
		{line: head + `"payload":"{}","as_of":"2026-02-30"}`, problem: "the frame's as_of is not a day like 2026-11-23"},
		{line: head + `"payload":"{}","as_of":null}`, problem: "the frame's as_of is not a day like 2026-11-23"},
	} {
		request, err := Parse(each.line, today)
		problem := ""
		if err != nil {
			problem = err.Error()
		}
		if problem != each.problem || request.NoID != each.noID || !each.noID && request.ID != "7" {
			t.Errorf("%s: %+v, %s", each.line, request, problem)
		}
		if err == nil && (request.Payload != each.payload || request.Today.Format(time.DateOnly) != each.day) {
			t.Errorf("%s: %+v", each.line, request)
		}
	}
}

// echo answers with what it was given.
type echo struct {
	work func(payload string)
}

func (e echo) Answer(_ context.Context, payload string, today time.Time) []byte {
	if e.work != nil {
		e.work(payload)
	}
	return fmt.Appendf(nil, "%s on %s", payload, today.Format(time.DateOnly))
}

func (e echo) Broken(cause any, _ time.Time) []byte { return fmt.Appendf(nil, "broken: %v", cause) }

func (e echo) Refuse(reason string, _ time.Time) []byte { return []byte(reason) }

func server(handler Handler) Server {
	return Server{Handler: handler, Hello: Capabilities{Service: "s"}, Today: func() time.Time { return today }, Lines: 2, Batch: 3}
}

func request(id, payload string) string {
	return fmt.Sprintf(`{"protocol":"schemadiff/1","id":%q,"payload":%q}`+"\n", id, payload)
}

// replies reads what a server wrote: the capabilities first, then id=response, sorted.
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

func TestServeAnswersEveryLineAndStaysInStep(t *testing.T) {
	in := request("a", "1") + "not JSON\n" + request("b", "2\n\"\\ü") +
		strings.Repeat("x", MaxBytes+1) + "\n" + request("c", "") + "\n" +
		strings.TrimSuffix(request("d", "no line end"), "\n")
	var out bytes.Buffer
	if err := server(echo{}).Serve(context.Background(), context.Background(), strings.NewReader(in), &out); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"a=1 on 2026-11-23", "b=2\n\"\\ü on 2026-11-23", "c= on 2026-11-23", "d=no line end on 2026-11-23",
		"null=the frame is longer than the limit",
		"null=the frame is not JSON: line 1, column 1: 'n' where a value should be",
		"null=the frame is not JSON: line 2, column 1: the text ends where a value should be",
	}
	if got := replies(t, out.String()); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestAPanicIsAnsweredUnderItsID(t *testing.T) {
	in := request("a", "1") + request("b", "bad") + request("c", "3")
	var out bytes.Buffer
	handler := echo{work: func(payload string) {
		if payload == "bad" {
			panic("a bug")
		}
	}}
	if err := server(handler).Serve(context.Background(), context.Background(), strings.NewReader(in), &out); err != nil {
		t.Fatal(err)
	}
	if got := replies(t, out.String()); !slices.Equal(got, []string{"a=1 on 2026-11-23", "b=broken: a bug", "c=3 on 2026-11-23"}) {
		t.Errorf("%q", got)
	}
}

func TestReadLine(t *testing.T) {
	longest := strings.Repeat("x", MaxBytes-1) + "\n"
	for _, in := range []string{"", "a", "a\n", "\n\n", longest + "b\n", "a\nb"} {
		var out bytes.Buffer
		if err := server(echo{}).Serve(context.Background(), context.Background(), strings.NewReader(in), &out); err != nil {
			t.Fatal(err)
		}
		want := strings.Count(in, "\n")
		if !strings.HasSuffix(in, "\n") && in != "" {
			want++
		}
		if got := strings.Count(out.String(), "\n") - 1; got != want || strings.Contains(out.String(), "limit") {
			t.Errorf("%.10q: %d replies, not %d", in, got, want)
		}
	}
}

// A line longer than the limit at the end of the input is one line, and not none.
func TestALineThatIsTooLongIsAnsweredOnce(t *testing.T) {
	for _, in := range []string{strings.Repeat("x", MaxBytes+1), strings.Repeat("x", 2*MaxBytes), strings.Repeat("x", MaxBytes) + "\n"} {
		var out bytes.Buffer
		if err := server(echo{}).Serve(context.Background(), context.Background(), strings.NewReader(in), &out); err != nil {
			t.Fatal(err)
		}
		if got := replies(t, out.String()); !slices.Equal(got, []string{"null=the frame is longer than the limit"}) {
			t.Errorf("%d: %q", len(in), got)
		}
	}
}

// One who waits for each reply before sending more must not wait for ever, nor one who has sent
// half of the next frame.
func TestNoReplyIsHeldBack(t *testing.T) {
	in, toServer := io.Pipe()
	fromServer, out := io.Pipe()
	served := make(chan error)
	go func() { served <- server(echo{}).Serve(context.Background(), context.Background(), in, out) }()
	received := json.NewDecoder(fromServer)
	expect := func(kind string) {
		t.Helper()
		var line map[string]any
		if err := received.Decode(&line); err != nil || line["kind"] != kind {
			t.Fatal(err, line)
		}
	}
	expect("capabilities")
	line := request("x", "y")
	for range 5 {
		fmt.Fprint(toServer, line+line[:20])
		expect("reply")
		fmt.Fprint(toServer, line[20:])
		expect("reply")
	}
	toServer.Close()
	if err := <-served; err != nil {
		t.Error(err)
	}
}

func TestNoMoreThanTheAllowedLinesAreInWork(t *testing.T) {
	var now, most atomic.Int32
	s := server(echo{work: func(string) {
		most.Store(max(most.Load(), now.Add(1)))
		time.Sleep(time.Millisecond)
		now.Add(-1)
	}})
	s.Batch = 1
	var in strings.Builder
	for i := range 50 {
		in.WriteString(request(fmt.Sprint(i), ""))
	}
	var out bytes.Buffer
	if err := s.Serve(context.Background(), context.Background(), strings.NewReader(in.String()), &out); err != nil {
		t.Fatal(err)
	}
	if got := len(replies(t, out.String())); got != 50 || most.Load() > 2 {
		t.Errorf("%d replies, up to %d at the same time", got, most.Load())
	}
}

// endless goes on sending, and counts how much was taken.
type endless struct{ taken atomic.Int64 }

func (e *endless) Read(into []byte) (int, error) {
	n := copy(into, request("x", "y"))
	e.taken.Add(int64(n))
	return n, nil
}

func TestStopAnswersWhatIsInWork(t *testing.T) {
	stop, cancel := context.WithCancel(context.Background())
	begun, end := make(chan bool, 1000), make(chan bool)
	s := server(echo{work: func(string) { begun <- true; <-end }})
	s.Batch = 1
	var out bytes.Buffer
	served := make(chan error)
	go func() { served <- s.Serve(context.Background(), stop, &endless{}, &out) }()
	<-begun
	<-begun
	cancel()
	select {
	case <-served:
		t.Fatal("ended before the work did")
	case <-time.After(20 * time.Millisecond):
	}
	close(end)
	if err := <-served; err != nil {
		t.Error(err)
	}
	if got := len(replies(t, out.String())); got < 2 || got > 4 {
		t.Errorf("%d replies", got)
	}
}

func TestStopDoesNotWaitForInput(t *testing.T) {
	stop, cancel := context.WithCancel(context.Background())
	in, _ := io.Pipe()
	served := make(chan error)
	go func() { served <- server(echo{}).Serve(context.Background(), stop, in, io.Discard) }()
	cancel()
	if err := <-served; err != nil {
		t.Error(err)
	}
}

func TestReadingWaitsForASlowReader(t *testing.T) {
	stop, cancel := context.WithCancel(context.Background())
	defer cancel()
	in := &endless{}
	_, out := io.Pipe() // nobody reads
	go func() { _ = server(echo{}).Serve(context.Background(), stop, in, out) }()
	last := int64(-1)
	for last != in.taken.Load() || last == 0 {
		last = in.taken.Load()
		time.Sleep(50 * time.Millisecond)
	}
	if last > 8<<20 {
		t.Errorf("took %d bytes that nobody asked for the answers of", last)
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("nobody there") }

func TestAReaderThatIsGoneEndsTheServer(t *testing.T) {
	if err := server(echo{}).Serve(context.Background(), context.Background(), &endless{}, brokenPipe{}); err == nil {
		t.Error("no error")
	}
}

type brokenInput struct{}

func (brokenInput) Read([]byte) (int, error) { return 0, errors.New("no input") }

func TestAnInputThatFailsIsAnError(t *testing.T) {
	var out bytes.Buffer
	if err := server(echo{}).Serve(context.Background(), context.Background(), brokenInput{}, &out); err == nil || err.Error() != "no input" {
		t.Error(err)
	}
}

func TestCapabilities(t *testing.T) {
	got := string(Capabilities{
		Service: "s", Release: "1.2.3", Concurrency: 4, DryRun: true,
		Accepts: map[string][]string{"job_request": {"v1", "v2"}}, Answers: map[string][]string{"job_response": {"v1"}},
	}.Append(nil))
	want := `{"protocol":"schemadiff/1","kind":"capabilities","service":"s","release":"1.2.3","accepts":{"job_request":["v1","v2"]},` +
		`"answers":{"job_response":["v1"]},"max_frame_bytes":16777216,"concurrency":4,"dry_run":true}` + "\n"
	if got != want {
		t.Error(got)
	}
}
