// Package worker answers messages: it validates each against the compiled-in contracts before
// anything else, and then plans it (a dry run) or has it done.
package worker

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"schemadiff.local/contracts"
	"schemadiff.local/worker/internal/answer"
	"schemadiff.local/worker/internal/contract"
	"schemadiff.local/worker/internal/exact"
	"schemadiff.local/worker/internal/job"
	"schemadiff.local/worker/internal/retry"
)

// Service and Release name this program to others.
const (
	Service = "job-worker"
	Release = "0.1.0"
)

// Runner does the work of a job, or says why it could not.
type Runner interface {
	Run(ctx context.Context, job job.Job, today time.Time) answer.Answer
}

// Worker answers messages. It is safe for use by many goroutines.
type Worker struct {
	Requests  *contract.Contract
	Responses *contract.Contract
	runner    Runner // nil: dry run
	log       *slog.Logger
}

// New compiles the contracts. Without a runner, every job is planned and nothing is touched.
func New(runner Runner, log *slog.Logger) (*Worker, error) {
	requests, err := contract.Load(contracts.Files, "job_request", job.Versions)
	if err != nil {
		return nil, err
	}
	responses, err := contract.Load(contracts.Files, "job_response", answer.Versions)
	if err != nil {
		return nil, err
	}
	return &Worker{Requests: requests, Responses: responses, runner: runner, log: log}, nil
}

// Reply is an answer as one document, with its failure if it is one.
type Reply struct {
	Document []byte
	Failure  *retry.Failure
}

// Answer answers a payload, whatever it is, with one job_response document.
func (w *Worker) Answer(ctx context.Context, payload string, today time.Time) []byte {
	return w.Reply(ctx, payload, today).Document
}

// Refuse answers something that holds no payload at all.
func (w *Worker) Refuse(reason string, today time.Time) []byte {
	return w.write(refusal(reason), "", today).Document
}

// Fail answers for a message that is not even looked at.
func (w *Worker) Fail(failure *retry.Failure, today time.Time) Reply {
	return w.write(answer.Answer{NoID: true, Failure: failure}, "", today)
}

// Broken answers for a message that met a panic, and logs it.
//
// A panic is a bug of the worker, not of the message. Of the five types only
// dependency_unavailable says so: the producer's breaker opens, and the message is kept for a
// worker that has the bug no more.
func (w *Worker) Broken(cause any, today time.Time) []byte {
	return w.broken(cause, answer.Answer{NoID: true}, "", today).Document
}

func (w *Worker) broken(cause any, said answer.Answer, version string, today time.Time) Reply {
	w.log.Error("panic", "job_id", said.JobID, "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
	said.Failure = &retry.Failure{
		Kind:    retry.Unavailable,
		Message: "the worker has a bug, which this message met; its log says more",
	}
	return w.write(said, version, today)
}

// Reply is Answer, for a caller that needs to know the failure as well.
func (w *Worker) Reply(ctx context.Context, payload string, today time.Time) (reply Reply) {
	said := answer.Answer{NoID: true}
	version := ""
	defer func() {
		if cause := recover(); cause != nil {
			reply = w.broken(cause, answer.Answer{JobID: said.JobID, NoID: said.NoID}, version, today)
		}
	}()
	value, err := exact.Read(payload)
	if err != nil {
		return w.write(refusal("the message is not JSON that can be trusted: "+err.Error()), "", today)
	}
	said.JobID, said.NoID = jobID(value)
	verdict := w.Requests.Judge(value, today)
	version = verdict.Version
	if len(verdict.Problems) > 0 {
		said.Failure = refusal(explain(w.Requests.Name, verdict)).Failure
		return w.write(said, version, today)
	}
	return w.write(w.do(ctx, job.Read(version, value.(map[string]any)), today), version, today)
}

func (w *Worker) do(ctx context.Context, wanted job.Job, today time.Time) answer.Answer {
	if w.runner == nil {
		return answer.Answer{JobID: wanted.ID, TraceID: wanted.TraceID, Plan: &answer.Plan{Today: today, Job: wanted}}
	}
	said := w.runner.Run(ctx, wanted, today)
	said.JobID, said.TraceID = wanted.ID, wanted.TraceID
	return said
}

// write says an answer in the request's version where that is in use for responses too, else in
// the oldest that is.
func (w *Worker) write(said answer.Answer, version string, today time.Time) Reply {
	known, ok := w.Responses.Version(version)
	if !ok || !known.InUse(today) {
		version = w.Responses.Versions[0].Name
		if inUse := w.Responses.InUse(today); len(inUse) > 0 {
			version = inUse[0]
		}
	}
	return Reply{Document: said.Append(nil, version), Failure: said.Failure}
}

func refusal(reason string) answer.Answer {
	return answer.Answer{NoID: true, Failure: &retry.Failure{Kind: retry.Validation, Message: reason}}
}

// jobID finds the id of a message that may be invalid in every other way.
func jobID(value any) (id string, none bool) {
	object, _ := value.(map[string]any)
	id, ok := object["job_id"].(string)
	return id, !ok
}

// explain lists the problems as far as the contract leaves room for the text.
func explain(name string, verdict contract.Verdict) string {
	const room = 7900
	var out strings.Builder
	fmt.Fprintf(&out, "not a valid %s", name)
	if verdict.Version != "" {
		out.WriteString(" " + verdict.Version)
	}
	length := utf8.RuneCountInString(out.String())
	for i, problem := range verdict.Problems {
		text := problem.String()
		if length += utf8.RuneCountInString(text) + 2; length > room {
			fmt.Fprintf(&out, "; and %d more", len(verdict.Problems)-i)
			break
		}
		out.WriteString([]string{": ", "; "}[min(i, 1)] + text)
	}
	return out.String()
}
