// Package work does the jobs: it copies, lists and deletes files below one root, and never
// anything outside of it.
package work

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"schemadiff.local/worker/internal/answer"
	"schemadiff.local/worker/internal/job"
	"schemadiff.local/worker/internal/once"
	"schemadiff.local/worker/internal/retry"
)

// Settings are what an operator decides.
type Settings struct {
	Root        *os.Root      // the tree that the work is confined to
	Concurrency int           // how many jobs run at the same time
	Stall       time.Duration // a source that sends nothing for so long is given up
	MostBytes   int64         // the largest file that is fetched from an address
	Remember    int           // how many answers are kept for repeats; each file of a scan counts as one more
	Sources     []string      // hosts, or host:port, that may be fetched from; empty: any
}

// Runner does jobs. It is safe for use by many goroutines.
type Runner struct {
	settings Settings
	client   *http.Client
	breakers retry.Breakers
	slots    chan struct{}
	book     *once.Book[answer.Answer]
	log      *slog.Logger
}

// New returns a runner.
func New(settings Settings, log *slog.Logger) *Runner {
	r := &Runner{
		settings: settings,
		slots:    make(chan struct{}, settings.Concurrency),
		book: once.NewBook(settings.Remember, func(said answer.Answer) int {
			weight := 1
			for _, result := range said.Results {
				weight += 1 + len(result.Entries)
			}
			return weight
		}),
		log: log,
	}
	r.client = r.newClient()
	return r
}

// Run does a job, or returns the answer that a job of the same id got before.
func (r *Runner) Run(ctx context.Context, wanted job.Job, today time.Time) answer.Answer {
	said, status := r.book.Do(ctx, wanted.ID, contents(wanted), func() (answer.Answer, bool) {
		said := r.run(ctx, wanted, today)
		return said, said.Failure == nil || !said.Failure.Kind.Retryable()
	})
	switch {
	case status == once.Conflict:
		return failed(retry.Validation, "another job has the job_id %q already, and asks for something else", wanted.ID)
	case status == once.Abandoned:
		return failed(retry.Unavailable, "the worker stops")
	case status == once.Repeat && said.Failure == nil && said.Results == nil:
		return failed(retry.Unavailable, "the first attempt of this job met a bug of the worker")
	}
	if status == once.Repeat {
		r.log.Info("repeat", "job_id", wanted.ID, "trace_id", wanted.TraceID)
	}
	return said
}

// contents tells jobs apart by what they ask for. How long they may take and how often they may
// retry is left out: a repeat may well be more patient.
func contents(wanted job.Job) [32]byte {
	text, err := json.Marshal(wanted.Tasks)
	if err != nil {
		panic(err) // strings and numbers always have a JSON form
	}
	return sha256.Sum256(text)
}

func failed(kind retry.Kind, format string, args ...any) answer.Answer {
	return answer.Answer{Failure: &retry.Failure{Kind: kind, Message: fmt.Sprintf(format, args...)}}
}

func (r *Runner) run(ctx context.Context, wanted job.Job, today time.Time) answer.Answer {
	arrived := time.Now()
	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
	case <-ctx.Done():
		return failed(retry.Unavailable, "the worker stops")
	}
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, wanted.Timeout)
	defer cancel()

	said := answer.Answer{Timing: &answer.Timing{Queued: began.Sub(arrived)}}
	for i, task := range wanted.Tasks {
		result, attempts, err := r.retrying(ctx, wanted, task, notAfter(today, began))
		said.Timing.Attempts += attempts
		if err != nil {
			failure := classify(ctx, err, wanted.Timeout)
			failure.Message = fmt.Sprintf("task %q, number %d of %d: %s", task.ID, i+1, len(wanted.Tasks), failure.Message)
			said.Results, said.Failure = nil, failure
			break
		}
		result.Task = task
		said.Results = append(said.Results, result)
	}
	said.Timing.Run = time.Since(began)
	r.report(wanted, said)
	return said
}

// notAfter is the day that ages are counted from. It comes with the message, but a day in the
// future would make every file old.
func notAfter(day, now time.Time) time.Time {
	if today := now.UTC().Truncate(24 * time.Hour); day.After(today) {
		return today
	}
	return day
}

func (r *Runner) report(wanted job.Job, said answer.Answer) {
	facts := []any{
		"job_id", wanted.ID, "tenant", wanted.Tenant, "trace_id", wanted.TraceID, "tasks", len(wanted.Tasks),
		"attempts", said.Timing.Attempts, "queued_ms", said.Timing.Queued.Milliseconds(), "run_ms", said.Timing.Run.Milliseconds(),
	}
	if said.Failure == nil {
		r.log.Info("done", facts...)
		return
	}
	r.log.Warn("failed", append(facts, "error_type", string(said.Failure.Kind), "reason", said.Failure.Message)...)
}

// retrying does one task, again and again as the job's policy allows.
func (r *Runner) retrying(ctx context.Context, wanted job.Job, task job.Task, today time.Time) (answer.Result, int, error) {
	for n := 1; ; n++ {
		result, err := r.do(ctx, task, today)
		if err == nil || ctx.Err() != nil {
			return result, n, err
		}
		failure := classify(ctx, err, wanted.Timeout)
		pause, again := wanted.Retry.Next(failure, n)
		if deadline, ok := ctx.Deadline(); !again || ok && time.Until(deadline) <= pause {
			return result, n, failure
		}
		r.log.Info("retry", "job_id", wanted.ID, "task", task.ID, "n", n, "pause_ms", pause.Milliseconds(),
			"error_type", string(failure.Kind), "reason", failure.Message)
		if err := sleep(ctx, pause); err != nil {
			return result, n, err
		}
	}
}

func (r *Runner) do(ctx context.Context, task job.Task, today time.Time) (answer.Result, error) {
	address, remote := address(task.Source)
	switch {
	case task.Action == job.Sync && remote:
		return r.fetch(ctx, task, address)
	case task.Action == job.Sync:
		return r.sync(ctx, task)
	case task.Action == job.Scan && remote:
		return r.scanAddress(ctx, task, address)
	case task.Action == job.Scan:
		return r.scan(ctx, task)
	case task.Action == job.Cleanup:
		return r.cleanup(ctx, task, task.Cutoff(today))
	}
	return answer.Result{}, fmt.Errorf("no such action: %s", task.Action)
}

func sleep(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// classify finds the kind of an error. The job's own end comes first, since it makes errors of
// every other kind on its way.
func classify(ctx context.Context, err error, timeout time.Duration) *retry.Failure {
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &retry.Failure{Kind: retry.Timeout, Message: fmt.Sprintf("the job's time of %s is over", timeout)}
	case ctx.Err() != nil:
		return &retry.Failure{Kind: retry.Unavailable, Message: "the worker stops"}
	}
	var failure *retry.Failure
	if errors.As(err, &failure) {
		told := *failure
		return &told
	}
	return fileFailure(err)
}
