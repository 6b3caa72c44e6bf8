package worker_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/schemadiff/schemadiff/go_worker/internal/contract/contracttest"
	"github.com/schemadiff/schemadiff/go_worker/internal/job"
	"github.com/schemadiff/schemadiff/go_worker/internal/response"
	"github.com/schemadiff/schemadiff/go_worker/internal/retry"
	"github.com/schemadiff/schemadiff/go_worker/internal/worker"
)

var update = flag.Bool("update", false, "update the responses in testdata")

// newDryRun returns a worker that plans jobs.
func newDryRun(t testing.TB) *worker.Worker {
	t.Helper()
	w, err := worker.New(nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestGolden compares responses with those in testdata. A file consists of lines "# comment",
// "> day payload" and "< response".
func TestGolden(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	w := newDryRun(t)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			golden, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			for line := range strings.Lines(string(golden)) {
				if strings.HasPrefix(line, "< ") {
					continue
				}
				got.WriteString(line)
				if request, ok := strings.CutPrefix(line, "> "); ok {
					date, payload, _ := strings.Cut(strings.TrimSuffix(request, "\n"), " ")
					day, err := time.Parse(time.DateOnly, date)
					if err != nil {
						t.Fatal(err)
					}
					document := w.Handle(context.Background(), payload, day).JSON
					contracttest.DecodeOn(t, document, day)
					fmt.Fprintf(&got, "< %s\n", document)
				}
			}
			if *update {
				if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			compareLines(t, got.String(), string(golden))
		})
	}
}

// compareLines reports the first line that differs.
func compareLines(t *testing.T, got, want string) {
	t.Helper()
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(gotLines), len(wantLines)) {
		if gotLines[i] != wantLines[i] {
			t.Fatalf("line %d\ngot  %s\nwant %s", i+1, gotLines[i], wantLines[i])
		}
	}
	if len(gotLines) != len(wantLines) {
		t.Fatalf("%d lines; want %d", len(gotLines), len(wantLines))
	}
}

// fixture is one line of contracts/fixtures.
type fixture struct {
	Name          string
	Contract      string
	Payload       *string
	PayloadBase64 string `json:"payload_base64"`
	Response      string
	RecordedAt    time.Time `json:"recorded_at"`
	Service       string
	Release       string
}

func (f fixture) payload(t testing.TB) string {
	t.Helper()
	if f.Payload != nil {
		return *f.Payload
	}
	decoded, err := base64.StdEncoding.DecodeString(f.PayloadBase64)
	if err != nil {
		t.Fatal(err)
	}
	return string(decoded)
}

// readFixtures returns the fixtures that were recorded with this release of the worker.
func readFixtures(t testing.TB) []fixture {
	t.Helper()
	files, err := filepath.Glob("../../../contracts/fixtures/job_request.*.ndjson*")
	if err != nil {
		t.Fatal(err)
	}
	var fixtures []fixture
	for _, file := range files {
		opened, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer opened.Close()
		var in io.Reader = opened
		if strings.HasSuffix(file, ".gz") {
			if in, err = gzip.NewReader(opened); err != nil {
				t.Fatal(err)
			}
		}
		lines := json.NewDecoder(bufio.NewReader(in))
		for {
			var next fixture
			err := lines.Decode(&next)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			if next.Contract == "job_request" && next.Service == worker.Service && next.Release == worker.Release {
				fixtures = append(fixtures, next)
			}
		}
	}
	return fixtures
}

// TestFixtures compares responses with those that this release gave when the fixtures were recorded.
func TestFixtures(t *testing.T) {
	t.Parallel()
	w := newDryRun(t)
	compared := 0
	for _, recorded := range readFixtures(t) {
		if strings.Contains(recorded.Response, `"status":"ok"`) {
			continue // not recorded in a dry run
		}
		compared++
		t.Run(recorded.Name, func(t *testing.T) {
			t.Parallel()
			day := recorded.RecordedAt.UTC().Truncate(24 * time.Hour)
			got := w.Handle(context.Background(), recorded.payload(t), day).JSON
			contracttest.DecodeOn(t, got, day)
			if string(got) != recorded.Response {
				t.Errorf("got  %.500s\nwant %.500s", got, recorded.Response)
			}
		})
	}
	if compared < 15 {
		t.Errorf("only %d fixtures", compared)
	}
}

// FuzzHandle checks that the response to any payload is valid.
func FuzzHandle(f *testing.F) {
	for _, recorded := range readFixtures(f) {
		if payload := recorded.payload(f); len(payload) < 10_000 {
			f.Add(payload)
		}
	}
	w := newDryRun(f)
	f.Fuzz(func(t *testing.T, payload string) {
		contracttest.Decode(t, w.Handle(context.Background(), payload, contracttest.Today).JSON)
	})
}

const validJob = `{"schema_version":"v2","job_id":"nightly-0001","tenant":"acme","timeout_ms":30000,"tasks":[{"id":"a","action":"scan"}],` +
	`"trace":{"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"}}`

type runnerFunc func(job.Job) response.Response

func (f runnerFunc) Run(_ context.Context, j job.Job, _ time.Time) response.Response { return f(j) }

func TestAPanicIsReportedAndLogged(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	w, err := worker.New(runnerFunc(func(job.Job) response.Response { panic("details of the bug") }), slog.New(slog.NewJSONHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	got := contracttest.Decode(t, w.Handle(context.Background(), validJob, contracttest.Today).JSON)
	if got.ErrorType != "dependency_unavailable" || !got.Retryable || *got.JobID != "nightly-0001" || got.SchemaVersion != "v2" {
		t.Errorf("%+v", got)
	}
	if strings.Contains(got.Message, "details") {
		t.Errorf("the response contains the panic: %s", got.Message)
	}
	if !strings.Contains(log.String(), `"cause":"details of the bug"`) || !strings.Contains(log.String(), "worker_test.go") {
		t.Errorf("the log lacks the panic or its stack: %s", &log)
	}
}

func TestTheRunnerGetsTheDecodedJob(t *testing.T) {
	t.Parallel()
	var got job.Job
	w, err := worker.New(runnerFunc(func(j job.Job) response.Response {
		got = j
		return response.Response{
			Results: []response.Result{{Task: j.Tasks[0], Outcome: response.Unchanged}}, Timing: &response.Timing{},
		}
	}), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	decoded := contracttest.Decode(t, w.Handle(context.Background(), validJob, contracttest.Today).JSON)
	if decoded.Status != "ok" || *decoded.JobID != "nightly-0001" || decoded.TraceID != "4bf92f3577b34da6a3ce929d0e0e4736" {
		t.Errorf("%+v", decoded)
	}
	if got.Timeout != 30*time.Second || got.Tenant != "acme" {
		t.Errorf("%+v", got)
	}
}

func TestRejections(t *testing.T) {
	t.Parallel()
	w := newDryRun(t)
	for _, test := range []struct {
		name    string
		encoded response.Encoded
		kind    retry.Kind
		message string
	}{
		{"rejected", w.Reject(retry.Errorf(retry.RateLimited, "the queue is full"), contracttest.Today), retry.RateLimited, "the queue is full"},
		{"panicked", w.HandlePanic("details", contracttest.Today), retry.Unavailable, "the worker has a bug"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := contracttest.Decode(t, test.encoded.JSON)
			if got.JobID != nil || got.ErrorType != string(test.kind) || !strings.Contains(got.Message, test.message) || !errors.Is(test.encoded.Err, test.kind) {
				t.Errorf("%+v, %v", got, test.encoded.Err)
			}
		})
	}
}

func BenchmarkHandle(b *testing.B) {
	w := newDryRun(b)
	for b.Loop() {
		w.Handle(context.Background(), validJob, contracttest.Today)
	}
}
