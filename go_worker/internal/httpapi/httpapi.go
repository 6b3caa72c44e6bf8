// Package httpapi serves the worker over HTTP: POST /jobs, GET /capabilities and GET /healthz. The
// response to a job is a job_response document, whatever the status code.
package httpapi

import (
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/schemadiff/schemadiff/go_worker/internal/frame"
	"github.com/schemadiff/schemadiff/go_worker/internal/response"
	"github.com/schemadiff/schemadiff/go_worker/internal/retry"
	"github.com/schemadiff/schemadiff/go_worker/internal/worker"
)

// API holds what the handlers need.
type API struct {
	Worker       *worker.Worker
	Capabilities frame.Capabilities
	Today        func() time.Time // the day for requests without as_of
	Jobs         context.Context  // bounds the jobs; a client that disconnects does not end its job, whose response it may fetch again
	Stop         context.Context  // done when no more jobs are accepted
	QueueSize    int              // the number of jobs accepted at the same time, running or waiting
}

type server struct {
	API
	slots chan struct{}
}

// Handler returns the handler for all paths.
func (a API) Handler() http.Handler {
	s := &server{API: a, slots: make(chan struct{}, a.QueueSize)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /jobs", s.handleJob)
	mux.HandleFunc("GET /capabilities", s.handleCapabilities)
	mux.HandleFunc("GET /healthz", s.handleHealth)
	mux.HandleFunc("/jobs", s.methodNotAllowed)
	mux.HandleFunc("/", s.notFound)
	// A web page in a browser must not be able to send jobs to a worker on the same machine.
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(s.crossOrigin))
	return protection.Handler(mux)
}

func (s *server) handleJob(out http.ResponseWriter, request *http.Request) {
	today := s.Today()
	if asOf := request.URL.Query().Get("as_of"); asOf != "" {
		day, err := time.Parse(time.DateOnly, asOf)
		if err != nil {
			s.reject(out, http.StatusBadRequest, retry.Errorf(retry.Validation, "as_of is not a day like 2026-11-23"))
			return
		}
		today = day
	}
	if s.Stop.Err() != nil {
		s.reject(out, http.StatusServiceUnavailable, retry.Errorf(retry.Unavailable, "the worker is shutting down"))
		return
	}
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	default:
		full := retry.Errorf(retry.RateLimited, "the queue of the worker is full: it holds %d jobs", s.QueueSize)
		full.RetryAfter = time.Second
		s.reject(out, http.StatusTooManyRequests, full)
		return
	}
	payload, err := io.ReadAll(http.MaxBytesReader(out, request.Body, frame.MaxBytes))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		s.reject(out, http.StatusRequestEntityTooLarge, retry.Errorf(retry.Validation, "the message exceeds %d bytes", tooLarge.Limit))
		return
	}
	if err != nil {
		s.reject(out, http.StatusBadRequest, retry.Errorf(retry.Validation, "reading the message failed: %w", err))
		return
	}
	encoded := s.Worker.Handle(s.Jobs, string(payload), today)
	write(out, statusCode(encoded.Err), encoded)
}

// statusCode returns the status code for an error, for proxies and dashboards that do not read the
// document.
func statusCode(err *retry.Error) int {
	if err == nil {
		return http.StatusOK
	}
	switch err.Kind {
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

// write sends a response. A client that has disconnected gets the response when it repeats the job.
func write(out http.ResponseWriter, code int, encoded response.Encoded) {
	out.Header().Set("Content-Type", "application/json")
	if encoded.Err != nil && encoded.Err.RetryAfter > 0 {
		out.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(encoded.Err.RetryAfter.Seconds()))))
	}
	out.WriteHeader(code)
	_, _ = out.Write(encoded.JSON)
}

func (s *server) reject(out http.ResponseWriter, code int, err *retry.Error) {
	write(out, code, s.Worker.Reject(err, s.Today()))
}

func (s *server) methodNotAllowed(out http.ResponseWriter, request *http.Request) {
	out.Header().Set("Allow", http.MethodPost)
	s.reject(out, http.StatusMethodNotAllowed, retry.Errorf(retry.Validation, "the method of /jobs is POST, not %s", request.Method))
}

func (s *server) notFound(out http.ResponseWriter, _ *http.Request) {
	s.reject(out, http.StatusNotFound, retry.Errorf(retry.Validation, "not found; there are POST /jobs, GET /capabilities and GET /healthz"))
}

func (s *server) crossOrigin(out http.ResponseWriter, _ *http.Request) {
	s.reject(out, http.StatusForbidden, retry.Errorf(retry.Validation, "cross-origin requests are not accepted"))
}

func (s *server) handleCapabilities(out http.ResponseWriter, _ *http.Request) {
	out.Header().Set("Content-Type", "application/json")
	_, _ = out.Write(s.Capabilities.Append(nil))
}

func (s *server) handleHealth(out http.ResponseWriter, _ *http.Request) {
	out.Header().Set("Content-Type", "application/json")
	if s.Stop.Err() != nil {
		out.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(out, `{"status":"draining"}`+"\n")
		return
	}
	_, _ = io.WriteString(out, `{"status":"ok"}`+"\n")
}
