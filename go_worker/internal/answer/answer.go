// Package answer writes what the worker has to say as a job_response, in the version that the
// reader understands.
package answer

import (
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"schemadiff.local/worker/internal/exact"
	"schemadiff.local/worker/internal/job"
	"schemadiff.local/worker/internal/retry"
)

// Versions are the versions of job_response that this worker can write.
var Versions = []string{"v1", "v2"}

// Outcome is how a task ended.
type Outcome string

// The outcomes. In v1, which has no word for it, Partial is done with files skipped.
const (
	Done      Outcome = "done"
	Unchanged Outcome = "unchanged"
	Partial   Outcome = "partial"
)

// Limits of the contract.
const (
	MostEntries   = 1000
	longestID     = 256
	longestReason = 8000
	longestText   = 4096
)

// Answer is what there is to say, whatever the version it is said in. It is one of: a plan, a
// failure, results.
type Answer struct {
	JobID   string
	NoID    bool // no id could be read
	TraceID string

	Plan    *Plan
	Failure *retry.Failure
	Results []Result
	Timing  *Timing
}

// Plan is the answer of a dry run.
type Plan struct {
	Today time.Time
	Job   job.Job
}

// Result is how one task went.
type Result struct {
	Task    job.Task
	Outcome Outcome
	Files   int64
	Bytes   int64
	Skipped int64
	SHA256  string  // scan
	Entries []Entry // scan
}

// Entry is one file of a scan.
type Entry struct {
	Path   string
	Bytes  int64
	SHA256 string
}

// Timing tells where the time went.
type Timing struct {
	Queued, Run time.Duration
	Attempts    int
}

// Append appends the answer as one JSON document in that version of job_response.
func (a Answer) Append(out []byte, version string) []byte {
	w := writer{out: out, version: version}
	w.object(func() {
		w.text("schema_version", version)
		w.text("status", a.status())
		w.name("job_id")
		if a.NoID || utf8.RuneCountInString(a.JobID) > longestID {
			w.out = append(w.out, "null"...)
		} else {
			w.out = exact.AppendString(w.out, a.JobID)
		}
		if version != "v1" && a.TraceID != "" {
			w.text("trace_id", a.TraceID)
		}
		switch {
		case a.Failure != nil:
			w.failure(a.Failure)
		case a.Plan != nil:
			w.plan(a.Plan)
		default:
			w.name("results")
			array(&w, a.Results, w.result)
		}
		if a.Timing != nil {
			w.timing(*a.Timing, a.Failure == nil)
		}
	})
	return w.out
}

func (a Answer) status() string {
	switch {
	case a.Failure != nil:
		return "error"
	case a.Plan != nil:
		return "planned"
	}
	return "ok"
}

type writer struct {
	out     []byte
	version string
}

func (w *writer) failure(failure *retry.Failure) {
	w.text("error_type", string(failure.Kind))
	w.text("message", shorten(failure.Message, longestReason))
	w.name("retryable")
	w.out = strconv.AppendBool(w.out, failure.Kind.Retryable())
	if w.version != "v1" && failure.RetryAfter > 0 {
		w.count("retry_after_ms", failure.RetryAfter.Milliseconds())
	}
}

func (w *writer) plan(plan *Plan) {
	w.text("as_of", plan.Today.Format(time.DateOnly))
	w.count("timeout_ms", plan.Job.Timeout.Milliseconds())
	w.count("max_retries", int64(plan.Job.Retry.MaxRetries))
	w.name("plan")
	array(w, plan.Job.Tasks, func(task job.Task) {
		w.text("task_id", task.ID)
		w.text("action", string(task.Action))
		w.text("description", shorten(task.Plan(plan.Today), longestText))
	})
}

func (w *writer) result(result Result) {
	outcome := result.Outcome
	if w.version == "v1" && outcome == Partial {
		outcome = Done
	}
	w.text("task_id", result.Task.ID)
	w.text("action", string(result.Task.Action))
	w.text("outcome", string(outcome))
	w.count("files", result.Files)
	w.count("bytes", result.Bytes)
	if result.Skipped > 0 {
		w.count("skipped", result.Skipped)
	}
	if result.SHA256 != "" {
		w.text("sha256", result.SHA256)
		w.name("entries")
		array(w, result.Entries[:min(len(result.Entries), MostEntries)], func(entry Entry) {
			w.text("path", shorten(entry.Path, longestText))
			w.count("bytes", entry.Bytes)
			w.text("sha256", entry.SHA256)
		})
	}
}

func (w *writer) timing(timing Timing, done bool) {
	if w.version == "v1" {
		if done {
			w.count("duration_ms", (timing.Queued + timing.Run).Milliseconds())
		}
		return
	}
	w.name("timing")
	w.object(func() {
		w.count("queued_ms", timing.Queued.Milliseconds())
		w.count("run_ms", timing.Run.Milliseconds())
		w.count("attempts", int64(timing.Attempts))
	})
}

func (w *writer) object(members func()) {
	w.out = append(w.out, '{')
	members()
	w.out = append(w.out, '}')
}

func array[T any](w *writer, items []T, members func(T)) {
	w.out = append(w.out, '[')
	for i, item := range items {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		w.object(func() { members(item) })
	}
	w.out = append(w.out, ']')
}

func (w *writer) name(name string) {
	if last := w.out[len(w.out)-1]; last != '{' {
		w.out = append(w.out, ',')
	}
	w.out = exact.AppendString(w.out, name)
	w.out = append(w.out, ':')
}

func (w *writer) text(name, value string) {
	w.name(name)
	w.out = exact.AppendString(w.out, value)
}

func (w *writer) count(name string, value int64) {
	w.name(name)
	w.out = strconv.AppendInt(w.out, value, 10)
}

func shorten(text string, most int) string {
	if len(text) <= most || utf8.RuneCountInString(text) <= most {
		return text
	}
	return string(append(slices.Clone([]rune(text)[:most-1]), '…'))
}
