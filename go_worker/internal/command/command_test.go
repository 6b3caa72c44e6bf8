package command

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/schemadiff/schemadiff/go_worker/internal/contract/contracttest"
)

// asWorker is the environment variable that makes the test binary the worker, so that tests run it as
// a process with real signals, exit codes and pipes.
const asWorker = "SCHEMADIFF_TEST_RUN_WORKER"

func TestMain(m *testing.M) {
	if os.Getenv(asWorker) != "" {
		os.Exit(Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// process is a running worker.
type process struct {
	*exec.Cmd
	t      *testing.T
	stdin  io.WriteCloser
	stdout io.ReadCloser
	lines  *bufio.Reader // of stdout
	logs   *safeBuffer
}

// safeBuffer is a buffer that can be read while it is written.
type safeBuffer struct {
	mutex sync.Mutex
	text  strings.Builder
}

func (b *safeBuffer) Write(text []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.text.Write(text)
}

func (b *safeBuffer) String() string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.text.String()
}

// start starts a worker.
func start(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{t: t, logs: &safeBuffer{}, Cmd: exec.Command(os.Args[0], args...)}
	p.Env = append(os.Environ(), asWorker+"=1", "GORACE=atexit_sleep_ms=0")
	p.Stderr = p.logs
	var err error
	if p.stdin, err = p.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if p.stdout, err = p.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	p.lines = bufio.NewReader(p.stdout)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill() })
	return p
}

// readFrame reads one frame.
func (p *process) readFrame() map[string]any {
	p.t.Helper()
	text, err := p.lines.ReadBytes('\n')
	if err != nil {
		p.t.Fatalf("%v\n%s", err, p.logs)
	}
	var frame map[string]any
	if err := json.Unmarshal(text, &frame); err != nil {
		p.t.Fatalf("%s: %v", text, err)
	}
	return frame
}

// readReply reads one reply frame, and returns its id and its response.
func (p *process) readReply() (string, contracttest.Response) {
	p.t.Helper()
	frame := p.readFrame()
	id, _ := frame["id"].(string)
	return id, contracttest.Decode(p.t, []byte(frame["response"].(string)))
}

// send sends a request frame.
func (p *process) send(id, payload string) {
	p.t.Helper()
	fmt.Fprintf(p.stdin, `{"protocol":"schemadiff/1","id":%q,"as_of":"2026-11-23","payload":%q}`+"\n", id, payload)
}

// signal sends SIGTERM.
func (p *process) signal() {
	p.t.Helper()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
}

// wantExit waits for the end of the process and checks its exit code. All output must have been read.
func (p *process) wantExit(code int) {
	p.t.Helper()
	rest, err := io.ReadAll(p.lines)
	if err != nil || len(rest) > 0 {
		p.t.Errorf("more output: %q, %v", rest, err)
	}
	err = p.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.t.Fatal(err)
	}
	if got := p.ProcessState.ExitCode(); got != code {
		p.t.Errorf("exit code %d; want %d\n%s", got, code, p.logs)
	}
}

// jobRequest returns a v1 message with one task.
func jobRequest(id, action, source string, timeoutSeconds int) string {
	return fmt.Sprintf(`{"schema_version":"v1","job_id":%q,"timeout_seconds":%d,"tasks":[{"id":"a","action":%q,"source":%q}]}`, id, timeoutSeconds, action, source)
}

// startStallingSource starts an HTTP server that never responds. It sends a value for each request.
func startStallingSource(t *testing.T) (url string, requested chan bool) {
	t.Helper()
	requested = make(chan bool, 10)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		requested <- true
		<-request.Context().Done()
	}))
	t.Cleanup(server.Close)
	return server.URL + "/a", requested
}

func TestDryRun(t *testing.T) {
	t.Parallel()
	p := start(t, "--dry-run", "--as-of", "2026-11-23")
	if first := p.readFrame(); first["kind"] != "capabilities" || first["dry_run"] != true || first["release"] != "0.1.0" {
		t.Errorf("%v", first)
	}
	p.send("1", jobRequest("nightly-0001", "sync", "inbox", 30))
	if id, got := p.readReply(); id != "1" || got.Status != "planned" {
		t.Errorf("%s %+v", id, got)
	}
	fmt.Fprint(p.stdin, "{\n")
	if id, got := p.readReply(); id != "" || got.ErrorType != "validation_error" {
		t.Errorf("%s %+v", id, got)
	}
	p.stdin.Close()
	p.wantExit(0)
}

func TestSync(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := errors.Join(os.Mkdir(filepath.Join(folder, "inbox"), 0o755), os.WriteFile(filepath.Join(folder, "inbox/a"), []byte("1"), 0o644)); err != nil {
		t.Fatal(err)
	}
	p := start(t, "--root", folder)
	p.readFrame()
	for range 2 {
		p.send("1", jobRequest("nightly-0001", "sync", "inbox", 30))
		if _, got := p.readReply(); got.Status != "ok" || got.Results[0].Outcome != "done" {
			t.Errorf("%+v", got)
		}
	}
	p.stdin.Close()
	p.wantExit(0)
	if got, err := os.ReadFile(filepath.Join(folder, "mirror/a")); err != nil || string(got) != "1" {
		t.Errorf("%q, %v", got, err)
	}
	for line := range strings.Lines(p.logs.String()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("a log line that is not JSON: %s", line)
		}
	}
	if !strings.Contains(p.logs.String(), `"msg":"replayed"`) {
		t.Errorf("the log lacks the repeated job: %s", p.logs)
	}
}

func TestTheEndOfInputWaitsForJobs(t *testing.T) {
	t.Parallel()
	url, requested := startStallingSource(t)
	p := start(t, "--root", t.TempDir())
	p.readFrame()
	p.send("1", jobRequest("nightly-0001", "sync", url, 1))
	<-requested
	p.stdin.Close()
	if _, got := p.readReply(); got.ErrorType != "upstream_timeout" || !strings.Contains(got.Message, "the job's timeout of 1s expired") {
		t.Errorf("%+v", got)
	}
	p.wantExit(0)
}

func TestSIGTERM(t *testing.T) {
	t.Parallel()
	t.Run("while a job runs", func(t *testing.T) {
		t.Parallel()
		url, requested := startStallingSource(t)
		p := start(t, "--root", t.TempDir(), "--drain-timeout", "200ms")
		p.readFrame()
		p.send("1", jobRequest("nightly-0001", "sync", url, 300))
		<-requested
		signaled := time.Now()
		p.signal()
		if _, got := p.readReply(); got.ErrorType != "dependency_unavailable" || !strings.Contains(got.Message, "the worker is shutting down") {
			t.Errorf("%+v", got)
		}
		p.wantExit(0)
		if took := time.Since(signaled); took < 150*time.Millisecond || took > 5*time.Second {
			t.Errorf("took %s", took)
		}
	})
	t.Run("while idle", func(t *testing.T) {
		t.Parallel()
		p := start(t, "--dry-run")
		p.readFrame()
		p.signal()
		p.wantExit(0)
	})
}

func TestClosedOutput(t *testing.T) {
	t.Parallel()
	p := start(t, "--dry-run")
	p.readFrame()
	p.stdout.Close()
	p.lines = bufio.NewReader(strings.NewReader(""))
	p.send("1", "{}")
	p.wantExit(1)
	if !strings.Contains(p.logs.String(), "broken pipe") {
		t.Errorf("%s", p.logs)
	}
}

// httpURL waits until the worker logs the address that it listens at.
func (p *process) httpURL() string {
	p.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		var entry struct{ Msg, Address string }
		if json.Unmarshal([]byte(p.logs.String()), &entry) == nil && entry.Msg == "listening" {
			return "http://" + entry.Address
		}
	}
	p.t.Fatalf("not listening: %s", p.logs)
	return ""
}

func TestHTTP(t *testing.T) {
	t.Parallel()
	source, requested := startStallingSource(t)
	p := start(t, "--root", t.TempDir(), "--http", "127.0.0.1:0", "--drain-timeout", "200ms")
	url := p.httpURL() + "/jobs?as_of=2026-11-23"
	post := func(payload string) (int, []byte, error) {
		got, err := http.Post(url, "application/json", strings.NewReader(payload))
		if err != nil {
			return 0, nil, err
		}
		defer got.Body.Close()
		body, err := io.ReadAll(got.Body)
		return got.StatusCode, body, err
	}
	code, body, err := post(jobRequest("nightly-0001", "cleanup", "inbox", 30))
	if err != nil {
		t.Fatal(err)
	}
	if got := contracttest.Decode(t, body); code != 200 || got.Results[0].Outcome != "unchanged" {
		t.Errorf("%d %+v", code, got)
	}
	type reply struct {
		body []byte
		err  error
	}
	replies := make(chan reply)
	go func() {
		_, body, err := post(jobRequest("nightly-0002", "sync", source, 300))
		replies <- reply{body, err}
	}()
	<-requested
	p.signal()
	last := <-replies
	if last.err != nil {
		t.Fatal(last.err)
	}
	if got := contracttest.Decode(t, last.body); got.ErrorType != "dependency_unavailable" {
		t.Errorf("%+v", got)
	}
	p.wantExit(0)
}

func TestFlags(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		args   []string
		code   int
		output string
	}{
		{"no flags", nil, 2, "one of --root and --dry-run is required"},
		{"dry run with a root", []string{"--dry-run", "--root", "x"}, 2, "excludes --root"},
		{"argument", []string{"--dry-run", "more"}, 2, "unexpected arguments"},
		{"as-of is not a day", []string{"--dry-run", "--as-of", "today"}, 2, "--as-of must be a day"},
		{"negative concurrency", []string{"--dry-run", "--concurrency", "-1"}, 2, "--concurrency must be"},
		{"queue below concurrency", []string{"--dry-run", "--concurrency", "9", "--queue-size", "8"}, 2, "--queue-size must be at least --concurrency, which is 9"},
		{"no stall timeout", []string{"--dry-run", "--stall-timeout", "0s"}, 2, "--stall-timeout must be"},
		{"no bytes", []string{"--dry-run", "--max-bytes", "0"}, 2, "--max-bytes must be"},
		{"negative drain timeout", []string{"--dry-run", "--drain-timeout", "-1s"}, 2, "--drain-timeout must"},
		{"negative cache size", []string{"--dry-run", "--replay-cache-size", "-1"}, 2, "--replay-cache-size must"},
		{"unknown log level", []string{"--dry-run", "--log-level", "loud"}, 2, "loud"},
		{"unknown flag", []string{"--wet-run"}, 2, "flag provided but not defined"},
		{"root does not exist", []string{"--root", "/nonexistent/folder"}, 1, "no such file or directory"},
		{"invalid address", []string{"--dry-run", "--http", "256.0.0.1:x"}, 1, "lookup"},
		{"version", []string{"--version"}, 0, "job-worker 0.1.0"},
		{"help", []string{"--help"}, 0, "Usage: job-worker --root DIR [flags]"},
		{"empty input", []string{"--dry-run"}, 0, `"concurrency":`},
		{"repeated hosts", []string{"--root", ".", "--allow-host", "a", "--allow-host", "b:80"}, 0, `"dry_run":false`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			code := Run(test.args, strings.NewReader(""), &stdout, &stderr)
			if code != test.code || !strings.Contains(stdout.String()+stderr.String(), test.output) {
				t.Errorf("exit code %d; want %d with %q\n%s%s", code, test.code, test.output, &stdout, &stderr)
			}
		})
	}
}
