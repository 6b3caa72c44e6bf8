// Package tasks runs the tasks of jobs: it copies, lists and deletes files below one root folder, and
// accesses no file outside of it.
package tasks

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

	"github.com/schemadiff/schemadiff/go_worker/internal/dedupe"
	"github.com/schemadiff/schemadiff/go_worker/internal/job"
	"github.com/schemadiff/schemadiff/go_worker/internal/response"
	"github.com/schemadiff/schemadiff/go_worker/internal/retry"
)

// Config configures a Runner.
type Config struct {
	Root            *os.Root      // the folder that all tasks are confined to
	Concurrency     int           // the number of jobs that run at the same time
	StallTimeout    time.Duration // how long a download may go without receiving a byte
	MaxBytes        int64         // the size of the largest file that is downloaded
	ReplayCacheSize int           // the number of responses kept for repeated jobs; each file that a scan lists counts as one more
	AllowedHosts    []string      // the hosts, or host:port, that may be downloaded from; empty means all
}

// Runner runs jobs. It is safe for concurrent use.
type Runner struct {
	config    Config
	client    *http.Client
	breakers  retry.Breakers // per host
	slots     chan struct{}
	responses *dedupe.Cache[response.Response]
	log       *slog.Logger

	errPathEscapes error // of config.Root
}

// New returns a Runner.
func New(config Config, log *slog.Logger) *Runner {
	r := &Runner{
		config:    config,
		slots:     make(chan struct{}, config.Concurrency),
		responses: dedupe.New(config.ReplayCacheSize, cacheWeight),
		log:       log,

		errPathEscapes: pathEscapesError(config.Root),
	}
	r.client = r.newClient()
	return r
}

// cacheWeight is the weight of a response in the replay cache.
func cacheWeight(resp response.Response) int {
	weight := 1
	for _, result := range resp.Results {
		weight += 1 + len(result.Entries)
	}
	return weight
}

// Run runs a job, or returns the response of an earlier job with the same id and the same tasks. A
// response that may be retried is not kept.
func (r *Runner) Run(ctx context.Context, j job.Job, today time.Time) response.Response {
	resp, cached, err := r.responses.Do(ctx, j.ID, fingerprint(j), func() (response.Response, bool) {
		resp := r.run(ctx, j, today)
		return resp, resp.Err == nil || !resp.Err.Kind.Retryable()
	})
	if err != nil {
		return failed(repeatError(err, j.ID))
	}
	if cached {
		r.log.Info("replayed", "job_id", j.ID, "trace_id", j.TraceID)
	}
	return resp
}

// repeatError returns the error of a repeated job that gets no response of the first one.
func repeatError(err error, id string) *retry.Error {
	switch {
	case errors.Is(err, dedupe.ErrConflict):
		return retry.Errorf(retry.Validation, "the job_id %q is already used by a job with other tasks", id)
	case errors.Is(err, dedupe.ErrPanicked):
		return retry.Errorf(retry.Unavailable, "the worker has a bug: it panicked on this job, see its log")
	}
	return errShutdown // which ended the wait for the first job
}

// fingerprint identifies what a job does. Its timeout and its retry policy are not part of it: a
// repeated job may be more patient.
func fingerprint(j job.Job) [32]byte {
	text, err := json.Marshal(j.Tasks)
	if err != nil {
		panic(err) // strings and numbers can always be marshaled
	}
	return sha256.Sum256(text)
}

// errShutdown ends the jobs that are still running, or waiting, when the worker shuts down.
var errShutdown = retry.Errorf(retry.Unavailable, "the worker is shutting down")

func failed(err *retry.Error) response.Response { return response.Response{Err: err} }

// run waits for a slot and runs the tasks in order, up to the first that fails.
func (r *Runner) run(ctx context.Context, j job.Job, today time.Time) response.Response {
	arrived := time.Now()
	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
	case <-ctx.Done():
		return failed(errShutdown)
	}
	started := time.Now()
	ctx, cancel := context.WithTimeout(ctx, j.Timeout)
	defer cancel()

	resp := response.Response{Timing: &response.Timing{Queued: started.Sub(arrived)}}
	for i, task := range j.Tasks {
		result, attempts, err := r.runWithRetries(ctx, j, task, notInFuture(today, started))
		resp.Timing.Attempts += attempts
		if err != nil {
			resp.Results, resp.Err = nil, taskError(r.classify(ctx, err, j.Timeout), task, i+1, len(j.Tasks))
			break
		}
		result.Task = task
		resp.Results = append(resp.Results, result)
	}
	resp.Timing.Run = time.Since(started)
	r.logResponse(j, resp)
	return resp
}

// taskError adds the task to an error.
func taskError(err *retry.Error, task job.Task, number, count int) *retry.Error {
	return &retry.Error{
		Kind: err.Kind, RetryAfter: err.RetryAfter,
		Err: fmt.Errorf("task %q, number %d of %d: %w", task.ID, number, count, err),
	}
}

// notInFuture returns the day from which ages are counted. A message may come with a day in the
// future, on which every file would be old enough to delete.
func notInFuture(day, now time.Time) time.Time {
	if today := now.UTC().Truncate(24 * time.Hour); day.After(today) {
		return today
	}
	return day
}

func (r *Runner) logResponse(j job.Job, resp response.Response) {
	attributes := []any{
		"job_id", j.ID, "tenant", j.Tenant, "trace_id", j.TraceID, "tasks", len(j.Tasks),
		"attempts", resp.Timing.Attempts, "queued_ms", resp.Timing.Queued.Milliseconds(), "run_ms", resp.Timing.Run.Milliseconds(),
	}
	if resp.Err == nil {
		r.log.Info("done", attributes...)
		return
	}
	r.log.Warn("failed", append(attributes, "error_type", string(resp.Err.Kind), "reason", resp.Err.Error())...)
}

// runWithRetries runs a task, and retries it as the job's policy allows. It also returns the number of
// attempts.
func (r *Runner) runWithRetries(ctx context.Context, j job.Job, task job.Task, today time.Time) (response.Result, int, error) {
	for n := 1; ; n++ {
		result, err := r.runTask(ctx, task, today)
		if err == nil || ctx.Err() != nil {
			return result, n, err
		}
		classified := r.classify(ctx, err, j.Timeout)
		delay, ok := j.Retry.Next(classified, n)
		if deadline, hasDeadline := ctx.Deadline(); !ok || hasDeadline && time.Until(deadline) <= delay {
			return result, n, classified
		}
		r.log.Info("retry", "job_id", j.ID, "task", task.ID, "n", n, "pause_ms", delay.Milliseconds(),
			"error_type", string(classified.Kind), "reason", classified.Error())
		if err := sleep(ctx, delay); err != nil {
			return result, n, err
		}
	}
}

func (r *Runner) runTask(ctx context.Context, task job.Task, today time.Time) (response.Result, error) {
	switch remote := isURL(task.Source); {
	case task.Action == job.Sync && remote:
		return r.syncURL(ctx, task)
	case task.Action == job.Sync:
		return r.syncFolder(ctx, task)
	case task.Action == job.Scan && remote:
		return r.scanURL(ctx, task)
	case task.Action == job.Scan:
		return r.scanFolder(ctx, task)
	case task.Action == job.Cleanup:
		return r.cleanup(ctx, task, task.Cutoff(today))
	}
	return response.Result{}, fmt.Errorf("unknown action: %s", task.Action)
}

func sleep(ctx context.Context, delay time.Duration) error {
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// classify returns the error to report. The end of ctx comes first, since it causes errors of every
// other kind.
func (r *Runner) classify(ctx context.Context, err error, timeout time.Duration) *retry.Error {
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return retry.Errorf(retry.Timeout, "the job's timeout of %s expired", timeout)
	case ctx.Err() != nil:
		return errShutdown
	}
	var classified *retry.Error
	if errors.As(err, &classified) {
		return classified
	}
	return r.classifyFileError(err)
}
