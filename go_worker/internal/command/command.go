// Package command implements the command line of the worker: it parses the flags and runs the worker
// until its input ends or it receives a signal.
package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/schemadiff/schemadiff/go_worker/internal/frame"
	"github.com/schemadiff/schemadiff/go_worker/internal/httpapi"
	"github.com/schemadiff/schemadiff/go_worker/internal/tasks"
	"github.com/schemadiff/schemadiff/go_worker/internal/worker"
)

// The exit codes.
const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 2
)

// shutdownTimeout is how long canceled jobs have to respond.
const shutdownTimeout = 5 * time.Second

// dryRunBatchSize is the number of frames that a goroutine takes at once in a dry run.
const dryRunBatchSize = 64

var errShutdownTimeout = errors.New("some jobs did not stop in time")

// Run runs the worker and returns its exit code.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parseFlags(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return exitOK
	}
	if err != nil {
		fmt.Fprintln(stderr, "job-worker:", err)
		return exitUsage
	}
	if o.version {
		fmt.Fprintln(stdout, worker.Service, worker.Release)
		return exitOK
	}
	signal.Ignore(syscall.SIGPIPE) // writing to a closed pipe returns an error instead
	log := slog.New(slog.NewJSONHandler(stderr, &slog.HandlerOptions{Level: o.logLevel}))
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	if err := run(stop, o, stdin, stdout, log); err != nil {
		log.Error("stopped", "reason", err.Error())
		return exitFailure
	}
	return exitOK
}

// run serves until the input ends or stop is done. Then jobs have the drain timeout to finish, after
// which they are canceled.
func run(stop context.Context, o options, stdin io.Reader, stdout io.Writer, log *slog.Logger) error {
	runner, closeRoot, err := newRunner(o, log)
	if err != nil {
		return err
	}
	defer closeRoot()
	w, err := worker.New(runner, log)
	if err != nil {
		return err
	}
	jobs, cancelJobs := context.WithCancel(context.Background())
	defer cancelJobs()
	unregister := context.AfterFunc(stop, func() {
		log.Info("draining", "timeout", o.drainTimeout.String())
		time.AfterFunc(o.drainTimeout, cancelJobs)
	})
	defer unregister()

	served := make(chan error, 1)
	go func() {
		if o.httpAddress != "" {
			served <- serveHTTP(jobs, stop, o, w, log)
		} else {
			served <- serveFrames(jobs, stop, o, w, stdin, stdout)
		}
	}()
	select {
	case err := <-served:
		return err
	case <-jobs.Done():
	}
	select {
	case err := <-served:
		return err
	case <-time.After(shutdownTimeout):
		return errShutdownTimeout
	}
}

// newRunner opens the root. In a dry run there is no runner, and so no file access.
func newRunner(o options, log *slog.Logger) (runner worker.Runner, closeRoot func(), err error) {
	if o.dryRun {
		return nil, func() {}, nil
	}
	root, err := os.OpenRoot(o.root)
	if err != nil {
		return nil, nil, fmt.Errorf("open the root: %w", err)
	}
	runner = tasks.New(tasks.Config{
		Root: root, Concurrency: o.concurrency, StallTimeout: o.stallTimeout,
		MaxBytes: o.maxBytes, ReplayCacheSize: o.replayCacheSize, AllowedHosts: o.allowedHosts,
	}, log)
	return runner, func() { root.Close() }, nil
}

func serveFrames(jobs, stop context.Context, o options, w *worker.Worker, stdin io.Reader, stdout io.Writer) error {
	server := frame.Server{Handler: w, Capabilities: capabilities(w, o), Today: o.today, Concurrency: o.queueSize, BatchSize: 1}
	if o.dryRun { // no job waits, so one goroutine per processor is enough, and each may take several frames
		server.Concurrency, server.BatchSize = o.concurrency, dryRunBatchSize
	}
	return server.Serve(jobs, stop, stdin, stdout)
}

func serveHTTP(jobs, stop context.Context, o options, w *worker.Worker, log *slog.Logger) error {
	listener, err := net.Listen("tcp", o.httpAddress)
	if err != nil {
		return err
	}
	api := httpapi.API{Worker: w, Capabilities: capabilities(w, o), Today: o.today, Jobs: jobs, Stop: stop, QueueSize: o.queueSize}
	server := &http.Server{
		Handler:           api.Handler(),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	log.Info("listening", "address", listener.Addr().String())
	shutdown := make(chan error, 1)
	go func() {
		<-stop.Done()
		// Without a deadline: run cancels the jobs after the drain timeout.
		shutdown <- server.Shutdown(context.Background())
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-shutdown
}

func capabilities(w *worker.Worker, o options) frame.Capabilities {
	today := o.today()
	return frame.Capabilities{
		Service:     worker.Service,
		Release:     worker.Release,
		Accepts:     map[string][]string{"job_request": w.Requests.VersionsInUse(today)},
		Answers:     map[string][]string{"job_response": w.Responses.VersionsInUse(today)},
		Concurrency: o.concurrency,
		DryRun:      o.dryRun,
	}
}
