// Package command is the worker's command line: it reads the flags, puts the parts together and
// runs them until the input ends or a signal asks for the end.
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

	"schemadiff.local/worker/internal/frame"
	"schemadiff.local/worker/internal/httpapi"
	"schemadiff.local/worker/internal/work"
	"schemadiff.local/worker/internal/worker"
)

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// farewell is how long jobs that were told to stop may take to say so.
const farewell = 5 * time.Second

// Run runs the worker and returns its exit code.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	s, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return exitDone
	}
	if err != nil {
		fmt.Fprintln(stderr, "job-worker:", err)
		return exitUsage
	}
	if s.version {
		fmt.Fprintln(stdout, worker.Service, worker.Release)
		return exitDone
	}
	signal.Ignore(syscall.SIGPIPE) // a reader that goes away is an error of writing, and jobs end in order
	log := slog.New(slog.NewJSONHandler(stderr, &slog.HandlerOptions{Level: s.logLevel}))
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	if err := run(stop, s, stdin, stdout, log); err != nil {
		log.Error("stopped", "reason", err.Error())
		return exitFailed
	}
	return exitDone
}

func run(stop context.Context, s settings, stdin io.Reader, stdout io.Writer, log *slog.Logger) error {
	runner, done, err := newRunner(s, log)
	if err != nil {
		return err
	}
	defer done()
	answering, err := worker.New(runner, log)
	if err != nil {
		return err
	}
	jobs, abandon := context.WithCancel(context.Background())
	defer abandon()
	undone := context.AfterFunc(stop, func() {
		log.Info("draining", "at_most", s.drain.String())
		time.AfterFunc(s.drain, abandon)
	})
	defer undone()

	ended := make(chan error, 1)
	go func() {
		if s.http != "" {
			ended <- serveHTTP(jobs, stop, s, answering, log)
		} else {
			ended <- serveFrames(jobs, stop, s, answering, stdin, stdout)
		}
	}()
	select {
	case err := <-ended:
		return err
	case <-jobs.Done():
	}
	select {
	case err := <-ended:
		return err
	case <-time.After(farewell):
		return errors.New("some jobs did not stop in time")
	}
}

// newRunner opens the root. In a dry run there is no runner, and so nothing that could touch anything.
func newRunner(s settings, log *slog.Logger) (runner worker.Runner, done func(), err error) {
	if s.dryRun {
		return nil, func() {}, nil
	}
	root, err := os.OpenRoot(s.root)
	if err != nil {
		return nil, nil, err
	}
	return work.New(work.Settings{
		Root: root, Concurrency: s.concurrency, Stall: s.stall,
		MostBytes: s.mostBytes, Remember: s.remember, Sources: s.sources,
	}, log), func() { root.Close() }, nil
}

func serveFrames(jobs, stop context.Context, s settings, answering *worker.Worker, stdin io.Reader, stdout io.Writer) error {
	server := frame.Server{Handler: answering, Hello: hello(answering, s), Today: s.day, Lines: s.queue, Batch: 1}
	if s.dryRun { // nothing waits for anything, so a goroutine a processor is enough, and each may take many
		server.Lines, server.Batch = s.concurrency, 64
	}
	return server.Serve(jobs, stop, stdin, stdout)
}

func serveHTTP(jobs, stop context.Context, s settings, answering *worker.Worker, log *slog.Logger) error {
	listener, err := net.Listen("tcp", s.http)
	if err != nil {
		return err
	}
	api := httpapi.API{Worker: answering, Hello: hello(answering, s), Today: s.day, Work: jobs, Stop: stop, Queue: s.queue}
	server := &http.Server{
		Handler:           api.Handler(),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	log.Info("listening", "address", listener.Addr().String())
	drained := make(chan error, 1)
	go func() {
		<-stop.Done()
		// Bound by the drain and the farewell in run, which end the jobs themselves.
		drained <- server.Shutdown(context.Background())
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-drained
}

func hello(answering *worker.Worker, s settings) frame.Capabilities {
	today := s.day()
	return frame.Capabilities{
		Service:     worker.Service,
		Release:     worker.Release,
		Accepts:     map[string][]string{"job_request": answering.Requests.InUse(today)},
		Answers:     map[string][]string{"job_response": answering.Responses.InUse(today)},
		Concurrency: s.concurrency,
		DryRun:      s.dryRun,
	}
}
