package command

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"strings"
	"time"
)

// options are the values of the flags.
type options struct {
	dryRun          bool
	root            string
	httpAddress     string
	asOf            string
	concurrency     int
	queueSize       int
	drainTimeout    time.Duration
	stallTimeout    time.Duration
	maxBytes        int64
	replayCacheSize int
	allowedHosts    stringList
	logLevel        slog.Level
	version         bool
}

// stringList is a flag that may be repeated.
type stringList []string

// String returns the values, separated by commas.
func (l *stringList) String() string { return strings.Join(*l, ",") }

// Set appends a value.
func (l *stringList) Set(value string) error {
	*l = append(*l, value)
	return nil
}

const usage = `Usage: job-worker --root DIR [flags]
       job-worker --dry-run [flags]

Reads job requests as frames, one JSON object per line, on stdin, and writes a reply to each on
stdout; or serves them over HTTP. Logs are written to stderr, one JSON object per line.

Examples:
  job-worker --dry-run < frames.ndjson
  job-worker --root /srv/files --http 127.0.0.1:8080 --allow-host files.example.com

Flags:
`

// parseFlags parses the command line. It writes the help, if that is asked for, to stderr.
func parseFlags(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("job-worker", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, usage)
		flags.PrintDefaults()
	}
	flags.BoolVar(&o.dryRun, "dry-run", false, "plan each job instead of running it")
	flags.StringVar(&o.root, "root", "", "confine all file access to this `folder`")
	flags.StringVar(&o.httpAddress, "http", "", "serve HTTP at this `address` (127.0.0.1:8080) instead of reading frames")
	flags.StringVar(&o.asOf, "as-of", "", "the `day` (2026-11-23) for messages without as_of (default: today in UTC)")
	flags.IntVar(&o.concurrency, "concurrency", 0, "the `number` of jobs that run at the same time (default: the number of processors in a dry run, otherwise twice that and at least 4)")
	flags.IntVar(&o.queueSize, "queue-size", 256, "the `number` of jobs that are accepted at the same time, running or waiting; beyond it stdin is not read, and HTTP responds with rate_limited")
	flags.DurationVar(&o.drainTimeout, "drain-timeout", 10*time.Second, "the `time` that running jobs have left after SIGTERM")
	flags.DurationVar(&o.stallTimeout, "stall-timeout", 10*time.Second, "abort a download that receives nothing for this `time`")
	flags.Int64Var(&o.maxBytes, "max-bytes", 1<<30, "the size, in `bytes`, of the largest file that is downloaded")
	flags.IntVar(&o.replayCacheSize, "replay-cache-size", 100_000, "the `number` of responses that are kept for repeated jobs; each file that a scan lists counts as one more")
	flags.Var(&o.allowedHosts, "allow-host", "a `host`, or host:port, that files may be downloaded from; may be repeated (default: every host)")
	flags.TextVar(&o.logLevel, "log-level", slog.LevelInfo, "log messages of this `level` and above: debug, info, warn or error")
	flags.BoolVar(&o.version, "version", false, "print the release and exit")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected arguments: %q", flags.Args())
	}
	return o, o.complete()
}

// complete validates the options and sets the defaults that depend on others.
func (o *options) complete() error {
	if o.concurrency == 0 {
		o.concurrency = runtime.GOMAXPROCS(0)
		if !o.dryRun {
			o.concurrency = max(4, 2*o.concurrency)
		}
	}
	switch {
	case o.version:
	case o.dryRun && o.root != "":
		return errors.New("--dry-run accesses no files and excludes --root")
	case !o.dryRun && o.root == "":
		return errors.New("one of --root and --dry-run is required")
	case o.concurrency < 1:
		return errors.New("--concurrency must be at least 1")
	case o.queueSize < o.concurrency:
		return fmt.Errorf("--queue-size must be at least --concurrency, which is %d", o.concurrency)
	case o.stallTimeout <= 0:
		return errors.New("--stall-timeout must be positive")
	case o.maxBytes < 1:
		return errors.New("--max-bytes must be at least 1")
	case o.drainTimeout < 0:
		return errors.New("--drain-timeout must not be negative")
	case o.replayCacheSize < 0:
		return errors.New("--replay-cache-size must not be negative")
	}
	if o.asOf != "" {
		if _, err := time.Parse(time.DateOnly, o.asOf); err != nil {
			return fmt.Errorf("--as-of must be a day like 2026-11-23: %w", err)
		}
	}
	return nil
}

// today returns the day for messages without as_of.
func (o options) today() time.Time {
	if o.asOf != "" {
		day, _ := time.Parse(time.DateOnly, o.asOf) // validated by complete
		return day
	}
	return time.Now().UTC().Truncate(24 * time.Hour)
}
