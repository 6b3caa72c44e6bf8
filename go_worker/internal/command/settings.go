package command

import (
	"flag"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"strings"
	"time"
)

// settings are the flags.
type settings struct {
	dryRun      bool
	root        string
	http        string
	today       string
	concurrency int
	queue       int
	drain       time.Duration
	stall       time.Duration
	mostBytes   int64
	remember    int
	sources     list
	logLevel    slog.Level
	version     bool
}

// list is a flag that may be given more than once.
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }

func (l *list) Set(value string) error {
	*l = append(*l, value)
	return nil
}

const usage = `Usage: job-worker --root DIR [flags]
       job-worker --dry-run [flags]

Reads job requests as frames, one JSON object a line, on stdin, and answers each on stdout; or
serves them over HTTP. The logs, JSON as well, go to stderr.

Examples:
  job-worker --dry-run < frames.ndjson
  job-worker --root /srv/files --http 127.0.0.1:8080 --source files.example.com

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
	flags.StringVar(&s.root, "root", "", "the `folder` that all work is confined to")
	flags.StringVar(&s.http, "http", "", "serve HTTP at this `address` (127.0.0.1:8080) instead of reading frames")
	flags.StringVar(&s.today, "as-of", "", "the `day` (2026-11-23) for messages that come without one (default: today, in UTC)")
	flags.IntVar(&s.concurrency, "concurrency", 0, "the `number` of jobs that run at the same time (default: one a processor in a dry run, else two, and at least four)")
	flags.IntVar(&s.queue, "queue", 256, "the `number` of jobs at hand, in work or waiting; beyond that reading waits, and HTTP answers rate_limited")
	flags.DurationVar(&s.drain, "drain", 10*time.Second, "the `time` that jobs may go on after SIGTERM")
	flags.DurationVar(&s.stall, "stall", 10*time.Second, "give up a source that sends nothing for this `time`")
	flags.Int64Var(&s.mostBytes, "most-bytes", 1<<30, "the largest file, in `bytes`, that is fetched from an address")
	flags.IntVar(&s.remember, "remember", 100_000, "the `number` of answers that are kept for repeats; each file that a scan lists counts as one more")
	flags.Var(&s.sources, "source", "a `host`, or host:port, that may be fetched from; may be given again (default: every host)")
	flags.TextVar(&s.logLevel, "log-level", slog.LevelInfo, "debug, info, warn or error")
	flags.BoolVar(&s.version, "version", false, "print the release and end")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if flags.NArg() > 0 {
		return s, fmt.Errorf("there are no arguments beside flags: %q", flags.Args())
	}
	return s, s.complete()
}

// complete checks the flags against each other and fills in what depends on others.
func (s *settings) complete() error {
	if s.concurrency == 0 {
		s.concurrency = runtime.GOMAXPROCS(0)
		if !s.dryRun {
			s.concurrency = max(4, 2*s.concurrency)
		}
	}
	switch {
	case s.version:
	case s.dryRun && s.root != "":
		return fmt.Errorf("--dry-run touches nothing and takes no --root")
	case !s.dryRun && s.root == "":
		return fmt.Errorf("either --root or --dry-run is needed")
	case s.concurrency < 1:
		return fmt.Errorf("--concurrency is less than 1")
	case s.queue < s.concurrency:
		return fmt.Errorf("--queue is less than --concurrency, which is %d", s.concurrency)
	case s.stall <= 0 || s.drain < 0 || s.mostBytes < 1 || s.remember < 0:
		return fmt.Errorf("--stall and --most-bytes are more than 0, --drain and --remember not less")
	}
	if s.today != "" {
		if _, err := time.Parse(time.DateOnly, s.today); err != nil {
			return fmt.Errorf("--as-of is not a day like 2026-11-23: %q", s.today)
		}
	}
	return nil
}

// day is the day for messages that come without one.
func (s settings) day() time.Time {
	if s.today != "" {
		day, _ := time.Parse(time.DateOnly, s.today) // complete has tried it
		return day
	}
	return time.Now().UTC().Truncate(24 * time.Hour)
}
