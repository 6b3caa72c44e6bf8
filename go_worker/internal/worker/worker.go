// Package worker turns a payload into a job_response: it validates the payload against the embedded
// contracts, and then runs the job, or plans it in a dry run.
package worker

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/schemadiff/schemadiff/contracts"
	"github.com/schemadiff/schemadiff/go_worker/internal/contract"
	"github.com/schemadiff/schemadiff/go_worker/internal/job"
	"github.com/schemadiff/schemadiff/go_worker/internal/response"
	"github.com/schemadiff/schemadiff/go_worker/internal/retry"
	"github.com/schemadiff/schemadiff/go_worker/internal/strictjson"
)

// Service and Release identify this program in its capabilities and in recorded fixtures.
const (
	Service = "job-worker"
	Release = "0.1.0"
)

// Runner runs a job. The response that it returns need not have the ids of the job.
type Runner interface {
	Run(ctx context.Context, j job.Job, today time.Time) response.Response
}

// Worker handles messages. It is safe for concurrent use.
type Worker struct {
	Requests  *contract.Contract
	Responses *contract.Contract

	runner Runner // nil in a dry run
	log    *slog.Logger
}

// New compiles the contracts and returns a worker. If runner is nil the worker is in a dry run: it
// plans each job and runs none.
func New(runner Runner, log *slog.Logger) (*Worker, error) {
	requests, err := contract.Load(contracts.Files, "job_request", job.Versions)
	if err != nil {
		return nil, err
	}
	responses, err := contract.Load(contracts.Files, "job_response", response.Versions)
	if err != nil {
		return nil, err
	}
	return &Worker{Requests: requests, Responses: responses, runner: runner, log: log}, nil
}

// Handle returns the response to a payload. It recovers from panics.
func (w *Worker) Handle(ctx context.Context, payload string, today time.Time) (encoded response.Encoded) {
	resp := response.Response{NoID: true}
	version := ""
	defer func() {
		if cause := recover(); cause != nil {
			resp.Err = w.logPanic(cause, resp.JobID)
			encoded = w.encode(resp, version, today)
		}
	}()
	message, err := strictjson.Parse(payload)
	if err != nil {
		resp.Err = retry.Errorf(retry.Validation, "the message is not valid JSON: %w", err)
		return w.encode(resp, version, today)
	}
	resp.JobID, resp.NoID = jobID(message)
	result := w.Requests.Validate(message, today)
	version = result.Version
	if len(result.Problems) > 0 {
		resp.Err = w.invalid(result)
		return w.encode(resp, version, today)
	}
	return w.encode(w.run(ctx, job.Decode(version, message.(map[string]any)), today), version, today)
}

// Reject returns the response to a message that is not processed at all, because of err.
func (w *Worker) Reject(err *retry.Error, today time.Time) response.Encoded {
	return w.encode(response.Response{NoID: true, Err: err}, "", today)
}

// HandlePanic logs a panic that the caller recovered from, and returns the response to the message
// that was being processed.
func (w *Worker) HandlePanic(cause any, today time.Time) response.Encoded {
	return w.Reject(w.logPanic(cause, ""), today)
}

// logPanic logs a recovered panic and returns the error to respond with.
//
// A panic is a bug of the worker, not a property of the message. Of the error types of the contract
// only dependency_unavailable expresses that: the producer's circuit breaker opens, and the message
// is kept until the bug is fixed.
func (w *Worker) logPanic(cause any, jobID string) *retry.Error {
	w.log.Error("panic", "job_id", jobID, "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
	return retry.Errorf(retry.Unavailable, "the worker has a bug: it panicked on this message, see its log")
}

func (w *Worker) run(ctx context.Context, j job.Job, today time.Time) response.Response {
	resp := response.Response{Plan: &response.Plan{Today: today, Job: j}}
	if w.runner != nil {
		resp = w.runner.Run(ctx, j, today)
	}
	resp.JobID, resp.TraceID = j.ID, j.TraceID
	return resp
}

// encode encodes a response in the version of the request if job_response has it in use, and otherwise
// in the oldest version in use.
func (w *Worker) encode(resp response.Response, version string, today time.Time) response.Encoded {
	requested, ok := w.Responses.Version(version)
	if !ok || !requested.InUse(today) {
		version = w.Responses.Versions[0].Name
		if inUse := w.Responses.VersionsInUse(today); len(inUse) > 0 {
			version = inUse[0]
		}
	}
	return resp.Encode(version)
}

// jobID returns the job_id of a message that may be invalid otherwise.
func jobID(message any) (id string, missing bool) {
	object, _ := message.(map[string]any)
	id, ok := object["job_id"].(string)
	return id, !ok
}

// invalid returns an error that lists the problems of a message, as many as the response has room for.
func (w *Worker) invalid(result contract.Result) *retry.Error {
	const maxLength = response.MaxMessageLength - 100 // leaves room for "; and 12345 more"
	var out strings.Builder
	out.WriteString("not a valid " + w.Requests.Name)
	if result.Version != "" {
		out.WriteString(" " + result.Version)
	}
	length := utf8.RuneCountInString(out.String())
	separator := ": "
	for i, problem := range result.Problems {
		text := problem.String()
		if length += utf8.RuneCountInString(text) + 2; length > maxLength {
			fmt.Fprintf(&out, "; and %d more", len(result.Problems)-i)
			break
		}
		out.WriteString(separator + text)
		separator = "; "
	}
	return retry.Errorf(retry.Validation, "%s", out.String())
}
