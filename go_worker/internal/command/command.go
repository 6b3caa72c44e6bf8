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
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"schemadiff.local/worker/internal/frame"
	"schemadiff.local/worker/internal/worker"
)

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// settings are the flags.
type settings struct {
	dryRun      bool
	today       string
	concurrency int
	drain       time.Duration
	logLevel    slog.Level
	version     bool
}

const usage = `Usage: job-worker [flags]

Reads job requests as frames, one JSON object a line, on stdin, and answers each on stdout.
The logs, JSON as well, go to stderr.

Flags:
`

func parse(args []string, stderr io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("job-worker", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, usage)
		flags.PrintDefaults()
	}
	flags.BoolVar(&s.dryRun, "dry-run", false, "plan the jobs and touch nothing")
	flags.StringVar(&s.today, "as-of", "", "the `day` (2026-11-23) for messages that come without one; default: today, in UTC")
	flags.IntVar(&s.concurrency, "concurrency", runtime.GOMAXPROCS(0), "how many jobs run at the same `time`")
	flags.DurationVar(&s.drain, "drain", 10*time.Second, "how `long` jobs may go on after SIGTERM")
	flags.TextVar(&s.logLevel, "log-level", slog.LevelInfo, "debug, info, warn or error")
	flags.BoolVar(&s.version, "version", false, "print the release and end")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if flags.NArg() > 0 {
		return s, fmt.Errorf("there are no arguments beside flags: %q", flags.Args())
	}
	if s.concurrency < 1 {
		return s, fmt.Errorf("--concurrency is less than 1")
	}
	if s.today != "" {
		if _, err := time.Parse(time.DateOnly, s.today); err != nil {
			return s, fmt.Errorf("--as-of is not a day like 2026-11-23: %q", s.today)
		}
	}
	return s, nil
}

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
	log := slog.New(slog.NewJSONHandler(stderr, &slog.HandlerOptions{Level: s.logLevel}))
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	if err := serve(stop, s, stdin, stdout, log); err != nil {
		log.Error("stopped", "error", err.Error())
		return exitFailed
	}
	return exitDone
}

func serve(stop context.Context, s settings, stdin io.Reader, stdout io.Writer, log *slog.Logger) error {
	answering, err := worker.New(nil, log)
	if err != nil {
		return err
	}
	work, abandon := context.WithCancel(context.Background())
	defer abandon()
	context.AfterFunc(stop, func() {
		log.Info("draining", "at_most", s.drain.String())
		time.AfterFunc(s.drain, abandon)
	})
	frames := frame.Server{
		Handler: answering,
		Hello:   hello(answering, s),
		Today:   s.day,
		Lines:   s.concurrency,
		Batch:   64,
	}
	return frames.Serve(work, stop, stdin, stdout)
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

// day is the day for messages that come without one.
func (s settings) day() time.Time {
	if s.today != "" {
		day, _ := time.Parse(time.DateOnly, s.today) // parse has tried it
		return day
	}
	year, month, day := time.Now().UTC().Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}
