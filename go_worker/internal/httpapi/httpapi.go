// Package httpapi is the worker over HTTP: POST /jobs, GET /capabilities, GET /healthz. Every
// answer to a job is a job_response document, whatever its status.
package httpapi

import (
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"
	"time"

	"schemadiff.local/worker/internal/frame"
	"schemadiff.local/worker/internal/retry"
	"schemadiff.local/worker/internal/worker"
)

// API answers HTTP requests.
type API struct {
	Worker *worker.Worker
	Hello  frame.Capabilities
	Today  func() time.Time // for a request that names no day
	Work   context.Context  // what the jobs are bound to: not to their callers, who may come back for the answer
	Stop   context.Context  // done once the worker takes no more jobs
	Queue  int              // how many jobs may be at hand, in work or waiting

	places chan struct{}
}

// Handler returns the handler of all addresses.
func (a API) Handler() http.Handler {
	a.places = make(chan struct{}, a.Queue)
	routes := http.NewServeMux()
	routes.HandleFunc("POST /jobs", a.jobs)
	routes.HandleFunc("GET /capabilities", a.capabilities)
	routes.HandleFunc("GET /healthz", a.health)
	routes.HandleFunc("/jobs", a.wrongMethod)
	routes.HandleFunc("/", a.unknown)
	// A page in somebody's browser must not be able to send jobs to a worker on the same machine.
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(a.foreign))
	return guard.Handler(routes)
}

func (a API) jobs(out http.ResponseWriter, request *http.Request) {
	today := a.Today()
	if named := request.URL.Query().Get("as_of"); named != "" {
		day, err := time.Parse(time.DateOnly, named)
		if err != nil {
			a.refuse(out, http.StatusBadRequest, "as_of is not a day like 2026-11-23")
			return
		}
		today = day
	}
	if a.Stop.Err() != nil {
		a.fail(out, &retry.Failure{Kind: retry.Unavailable, Message: "the worker stops"})
		return
	}
	select {
	case a.places <- struct{}{}:
		defer func() { <-a.places }()
	default:
		a.fail(out, &retry.Failure{
			Kind:       retry.RateLimited,
			Message:    "the worker has " + strconv.Itoa(a.Queue) + " jobs at hand and takes no more for now",
			RetryAfter: time.Second,
		})
		return
	}
	payload, err := io.ReadAll(http.MaxBytesReader(out, request.Body, frame.MaxBytes))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		a.refuse(out, http.StatusRequestEntityTooLarge, "the message is longer than the limit")
		return
	}
	if err != nil {
		a.refuse(out, http.StatusBadRequest, "the message did not arrive: "+err.Error())
		return
	}
	reply := a.Worker.Reply(a.Work, string(payload), today)
	send(out, status(reply.Failure), reply)
}

// status is for those who only look at that, proxies and dashboards.
func status(failure *retry.Failure) int {
	if failure == nil {
		return http.StatusOK
	}
	switch failure.Kind {
	case retry.Validation:
		return http.StatusUnprocessableEntity
	case retry.Auth:
		return http.StatusForbidden
	case retry.Timeout:
		return http.StatusGatewayTimeout
	case retry.RateLimited:
		return http.StatusTooManyRequests
	}
	return http.StatusServiceUnavailable
}

func send(out http.ResponseWriter, code int, reply worker.Reply) {
	out.Header().Set("Content-Type", "application/json")
	if reply.Failure != nil && reply.Failure.RetryAfter > 0 {
		out.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(reply.Failure.RetryAfter.Seconds()))))
	}
	out.WriteHeader(code)
	_, _ = out.Write(reply.Document) // the caller may be gone; the answer is kept for its repeat
}

func (a API) fail(out http.ResponseWriter, failure *retry.Failure) {
	send(out, status(failure), a.Worker.Fail(failure, a.Today()))
}

func (a API) refuse(out http.ResponseWriter, code int, reason string) {
	send(out, code, a.Worker.Fail(&retry.Failure{Kind: retry.Validation, Message: reason}, a.Today()))
}

func (a API) wrongMethod(out http.ResponseWriter, request *http.Request) {
	out.Header().Set("Allow", http.MethodPost)
	a.refuse(out, http.StatusMethodNotAllowed, "jobs are sent by POST, not by "+request.Method)
}

func (a API) unknown(out http.ResponseWriter, _ *http.Request) {
	a.refuse(out, http.StatusNotFound, "there are POST /jobs, GET /capabilities and GET /healthz")
}

func (a API) foreign(out http.ResponseWriter, _ *http.Request) {
	a.refuse(out, http.StatusForbidden, "the request comes from a page of another origin")
}

func (a API) capabilities(out http.ResponseWriter, _ *http.Request) {
	out.Header().Set("Content-Type", "application/json")
	_, _ = out.Write(a.Hello.Append(nil))
}

func (a API) health(out http.ResponseWriter, _ *http.Request) {
	out.Header().Set("Content-Type", "application/json")
	if a.Stop.Err() != nil {
		out.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(out, `{"status":"draining"}`+"\n")
		return
	}
	_, _ = io.WriteString(out, `{"status":"ok"}`+"\n")
}
