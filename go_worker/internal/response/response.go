// Package response encodes the result of a job as a job_response of any version.
package response

import (
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/schemadiff/schemadiff/go_worker/internal/job"
	"github.com/schemadiff/schemadiff/go_worker/internal/retry"
	"github.com/schemadiff/schemadiff/go_worker/internal/strictjson"
)

// Versions are the versions of job_response that Encode supports.
var Versions = []string{"v1", "v2"}

// Outcome is how a task ended.
type Outcome string

// The outcomes. In v1, which lacks Partial, it is encoded as Done; the count of skipped files tells
// them apart.
const (
	Done      Outcome = "done"
	Unchanged Outcome = "unchanged"
	Partial   Outcome = "partial"
)

// Limits that the contract sets. Lengths are in characters.
const (
	MaxEntries       = 1000
	MaxMessageLength = 8000
	maxIDLength      = 256
	maxTextLength    = 4096
)

// Response is the content of a job_response: an error, a plan, or results.
type Response struct {
	JobID   string
	NoID    bool // the request has no readable job_id
	TraceID string

	Err     *retry.Error
	Plan    *Plan
	Results []Result
	Timing  *Timing
}

// Plan is the result of a dry run.
type Plan struct {
	Today time.Time
	Job   job.Job
}

// Result is the result of one task.
type Result struct {
	Task    job.Task
	Outcome Outcome
	Files   int64
	Bytes   int64
	Skipped int64
	SHA256  string  // scan: the checksum over all files
	Entries []Entry // scan: the first MaxEntries files
}

// Entry is one file of a scan.
type Entry struct {
	Path   string
	Bytes  int64
	SHA256 string
}

// Timing is how long a job waited and ran, and how many attempts its tasks took in total.
type Timing struct {
	Queued, Run time.Duration
	Attempts    int
}

// Encoded is a Response as a JSON document.
type Encoded struct {
	JSON []byte
	Err  *retry.Error // the error that the document reports, if any
}

// Encode returns the response as a document of the given version of job_response.
func (r Response) Encode(version string) Encoded {
	e := encoder{version: version}
	e.object(func() {
		e.text("schema_version", version)
		e.text("status", r.status())
		e.name("job_id")
		if r.NoID || utf8.RuneCountInString(r.JobID) > maxIDLength {
			e.out = append(e.out, "null"...)
		} else {
			e.out = strictjson.AppendString(e.out, r.JobID)
		}
		if version != "v1" && r.TraceID != "" {
			e.text("trace_id", r.TraceID)
		}
		switch {
		case r.Err != nil:
			e.error(r.Err)
		case r.Plan != nil:
			e.plan(r.Plan)
		default:
			e.name("results")
			array(&e, r.Results, e.result)
		}
		if r.Timing != nil {
			e.timing(*r.Timing, r.Err == nil)
		}
	})
	return Encoded{JSON: e.out, Err: r.Err}
}

func (r Response) status() string {
	switch {
	case r.Err != nil:
		return "error"
	case r.Plan != nil:
		return "planned"
	}
	return "ok"
}

type encoder struct {
	out     []byte
	version string
}

func (e *encoder) error(err *retry.Error) {
	e.text("error_type", string(err.Kind))
	e.text("message", truncate(err.Error(), MaxMessageLength))
	e.name("retryable")
	e.out = strconv.AppendBool(e.out, err.Kind.Retryable())
	if e.version != "v1" && err.RetryAfter > 0 {
		e.integer("retry_after_ms", err.RetryAfter.Milliseconds())
	}
}

func (e *encoder) plan(plan *Plan) {
	e.text("as_of", plan.Today.Format(time.DateOnly))
	e.integer("timeout_ms", plan.Job.Timeout.Milliseconds())
	e.integer("max_retries", int64(plan.Job.Retry.MaxRetries))
	e.name("plan")
	array(e, plan.Job.Tasks, func(task job.Task) {
		e.text("task_id", task.ID)
		e.text("action", string(task.Action))
		e.text("description", truncate(task.Describe(plan.Today), maxTextLength))
	})
}

func (e *encoder) result(result Result) {
	outcome := result.Outcome
	if e.version == "v1" && outcome == Partial {
		outcome = Done
	}
	e.text("task_id", result.Task.ID)
	e.text("action", string(result.Task.Action))
	e.text("outcome", string(outcome))
	e.integer("files", result.Files)
	e.integer("bytes", result.Bytes)
	if result.Skipped > 0 {
		e.integer("skipped", result.Skipped)
	}
	if result.SHA256 != "" {
		e.text("sha256", result.SHA256)
		e.name("entries")
		array(e, result.Entries[:min(len(result.Entries), MaxEntries)], func(entry Entry) {
			e.text("path", truncate(entry.Path, maxTextLength))
			e.integer("bytes", entry.Bytes)
			e.text("sha256", entry.SHA256)
		})
	}
}

func (e *encoder) timing(timing Timing, succeeded bool) {
	if e.version == "v1" {
		if succeeded {
			e.integer("duration_ms", (timing.Queued + timing.Run).Milliseconds())
		}
		return
	}
	e.name("timing")
	e.object(func() {
		e.integer("queued_ms", timing.Queued.Milliseconds())
		e.integer("run_ms", timing.Run.Milliseconds())
		e.integer("attempts", int64(timing.Attempts))
	})
}

func (e *encoder) object(properties func()) {
	e.out = append(e.out, '{')
	properties()
	e.out = append(e.out, '}')
}

func array[T any](e *encoder, items []T, properties func(T)) {
	e.out = append(e.out, '[')
	for i, item := range items {
		if i > 0 {
			e.out = append(e.out, ',')
		}
		e.object(func() { properties(item) })
	}
	e.out = append(e.out, ']')
}

// name appends the name of the next property.
func (e *encoder) name(name string) {
	if last := e.out[len(e.out)-1]; last != '{' {
		e.out = append(e.out, ',')
	}
	e.out = strictjson.AppendString(e.out, name)
	e.out = append(e.out, ':')
}

func (e *encoder) text(name, value string) {
	e.name(name)
	e.out = strictjson.AppendString(e.out, value)
}

func (e *encoder) integer(name string, value int64) {
	e.name(name)
	e.out = strconv.AppendInt(e.out, value, 10)
}

// truncate shortens text to a number of characters.
func truncate(text string, maxLength int) string {
	if len(text) <= maxLength || utf8.RuneCountInString(text) <= maxLength {
		return text
	}
	return string(append([]rune(text)[:maxLength-1], '…'))
}
