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

	"schemadiff.local/worker/internal/answer"
	"schemadiff.local/worker/internal/contract/contracttest"
	"schemadiff.local/worker/internal/job"
	"schemadiff.local/worker/internal/worker"
)

var update = flag.Bool("update", false, "write the answers of this worker into the golden conversations")

func dryRun(t testing.TB) *worker.Worker {
	t.Helper()
	planning, err := worker.New(nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return planning
}

// A conversation is lines of "# words", "> day payload" and "< answer". Read them in a review as
// what they are: what the worker says to the world.
func TestConversations(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	planning := dryRun(t)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			before, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var after bytes.Buffer
			for line := range strings.Lines(string(before)) {
				if strings.HasPrefix(line, "< ") {
					continue
				}
				after.WriteString(line)
				if said, ok := strings.CutPrefix(line, "> "); ok {
					named, payload, _ := strings.Cut(strings.TrimSuffix(said, "\n"), " ")
					day, err := time.Parse(time.DateOnly, named)
					if err != nil {
						t.Fatal(err)
					}
					document := planning.Answer(context.Background(), payload, day)
					contracttest.ReadOn(t, document, day)
					fmt.Fprintf(&after, "< %s\n", document)
				}
			}
			if *update {
				if err := os.WriteFile(file, after.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			compareLines(t, string(before), after.String())
		})
	}
}

func compareLines(t *testing.T, want, got string) {
	t.Helper()
	wanted, given := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(wanted), len(given)) {
		if wanted[i] != given[i] {
			t.Fatalf("line %d\nis  %s\nwas %s", i+1, given[i], wanted[i])
		}
	}
	if len(wanted) != len(given) {
		t.Fatalf("%d lines, not %d", len(given), len(wanted))
	}
}

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

func (f fixture) bytes(t testing.TB) string {
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

// fixtures reads what was recorded with this release of this worker.
func fixtures(t testing.TB) []fixture {
	t.Helper()
	files, err := filepath.Glob("../../../contracts/fixtures/job_request.*.ndjson*")
	if err != nil {
		t.Fatal(err)
	}
	var found []fixture
	for _, file := range files {
		opened, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer opened.Close()
		var from io.Reader = opened
		if strings.HasSuffix(file, ".gz") {
			if from, err = gzip.NewReader(opened); err != nil {
				t.Fatal(err)
			}
		}
		lines := json.NewDecoder(bufio.NewReader(from))
		for {
			var each fixture
			err := lines.Decode(&each)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			if each.Contract == "job_request" && each.Service == worker.Service && each.Release == worker.Release {
				found = append(found, each)
			}
		}
	}
	return found
}

// What was recorded is what is said today: the same release gives the same answer.
func TestFixturesAreAnsweredAsRecorded(t *testing.T) {
	planning := dryRun(t)
	replayed := 0
	for _, each := range fixtures(t) {
		if strings.Contains(each.Response, `"status":"ok"`) {
			continue // of a run that did the work
		}
		replayed++
		day := each.RecordedAt.UTC().Truncate(24 * time.Hour)
		got := planning.Answer(context.Background(), each.bytes(t), day)
		contracttest.ReadOn(t, got, day)
		if string(got) != each.Response {
			t.Errorf("%s\nis  %.500s\nwas %.500s", each.Name, got, each.Response)
		}
	}
	if replayed < 15 {
		t.Errorf("only %d fixtures", replayed)
	}
}

// Whatever arrives, one document that keeps the contract goes back.
func FuzzAnswer(f *testing.F) {
	for _, each := range fixtures(f) {
		if payload := each.bytes(f); len(payload) < 10_000 {
			f.Add(payload)
		}
	}
	planning := dryRun(f)
	f.Fuzz(func(t *testing.T, payload string) {
		contracttest.Read(t, planning.Answer(context.Background(), payload, contracttest.Today))
	})
}

const valid = `{"schema_version":"v2","job_id":"nightly-0001","tenant":"acme","timeout_ms":30000,"tasks":[{"id":"a","action":"scan"}],` +
	`"trace":{"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"}}`

type runner func(job.Job) answer.Answer

func (r runner) Run(_ context.Context, wanted job.Job, _ time.Time) answer.Answer { return r(wanted) }

func TestAPanicIsAnsweredAndLogged(t *testing.T) {
	var log bytes.Buffer
	buggy, err := worker.New(runner(func(job.Job) answer.Answer { panic("a bug") }), slog.New(slog.NewJSONHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	response := contracttest.Read(t, buggy.Answer(context.Background(), valid, contracttest.Today))
	if response.ErrorType != "dependency_unavailable" || !response.Retryable || *response.JobID != "nightly-0001" || response.SchemaVersion != "v2" {
		t.Errorf("%+v", response)
	}
	if strings.Contains(response.Message, "a bug:") || !strings.Contains(log.String(), `"cause":"a bug"`) || !strings.Contains(log.String(), "worker_test.go") {
		t.Errorf("%s\n%s", response.Message, &log)
	}
}

func TestWhatIsSentToTheRunnerIsTheValidatedJob(t *testing.T) {
	var got job.Job
	working, err := worker.New(runner(func(wanted job.Job) answer.Answer {
		got = wanted
		return answer.Answer{
			Results: []answer.Result{{Task: wanted.Tasks[0], Outcome: answer.Unchanged}}, Timing: &answer.Timing{},
		}
	}), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	response := contracttest.Read(t, working.Answer(context.Background(), valid, contracttest.Today))
	if response.Status != "ok" || *response.JobID != "nightly-0001" || response.TraceID != "4bf92f3577b34da6a3ce929d0e0e4736" {
		t.Errorf("%+v", response)
	}
	if got.Timeout != 30*time.Second || got.Tenant != "acme" {
		t.Errorf("%+v", got)
	}
}

func BenchmarkAnswer(b *testing.B) {
	planning := dryRun(b)
	for b.Loop() {
		planning.Answer(context.Background(), valid, contracttest.Today)
	}
}
