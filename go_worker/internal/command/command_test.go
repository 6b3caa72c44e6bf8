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

	"schemadiff.local/worker/internal/contract/contracttest"
)

// The tests run this very program as the worker, so signals, exit codes and pipes are real ones.
func TestMain(m *testing.M) {
	if os.Getenv("BE_THE_WORKER") != "" {
		os.Exit(Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

type process struct {
	t    *testing.T
	in   io.WriteCloser
	pipe io.ReadCloser
	out  *bufio.Reader
	logs *logs
	*exec.Cmd
}

// logs can be read while the worker still writes them.
type logs struct {
	mutex sync.Mutex
	text  strings.Builder
}

func (l *logs) Write(line []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.Write(line)
}

func (l *logs) String() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.String()
}

func start(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{t: t, logs: &logs{}, Cmd: exec.Command(os.Args[0], args...)}
	p.Env = append(os.Environ(), "BE_THE_WORKER=1", "GORACE=atexit_sleep_ms=0")
	p.Stderr = p.logs
	var err error
	if p.in, err = p.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if p.pipe, err = p.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	p.out = bufio.NewReader(p.pipe)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill() })
	return p
}

func (p *process) line() map[string]any {
	p.t.Helper()
	text, err := p.out.ReadBytes('\n')
	if err != nil {
		p.t.Fatalf("%v\n%s", err, p.logs)
	}
	var read map[string]any
	if err := json.Unmarshal(text, &read); err != nil {
		p.t.Fatalf("%s: %v", text, err)
	}
	return read
}

func (p *process) reply() (string, contracttest.Response) {
	p.t.Helper()
	frame := p.line()
	id, _ := frame["id"].(string)
	return id, contracttest.Read(p.t, []byte(frame["response"].(string)))
}

func (p *process) send(id, payload string) {
	p.t.Helper()
	fmt.Fprintf(p.in, `{"protocol":"schemadiff/1","id":%q,"as_of":"2026-11-23","payload":%q}`+"\n", id, payload)
}

// ends waits for the end, and returns the exit code.
func (p *process) ends() int {
	p.t.Helper()
	rest, err := io.ReadAll(p.out)
	if err != nil || len(rest) > 0 {
		p.t.Errorf("the output goes on: %s, %v", rest, err)
	}
	err = p.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.t.Fatal(err)
	}
	return p.ProcessState.ExitCode()
}

func message(id, action, source string, seconds int) string {
	return fmt.Sprintf(`{"schema_version":"v1","job_id":%q,"timeout_seconds":%d,"tasks":[{"id":"a","action":%q,"source":%q}]}`, id, seconds, action, source)
}

// stalling is a host that takes a request and never answers.
func stalling(t *testing.T) (address string, asked chan bool) {
	asked = make(chan bool, 10)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		asked <- true
		<-request.Context().Done()
	}))
	t.Cleanup(server.Close)
	return server.URL + "/a", asked
}

func TestADryRunFromBeginningToEnd(t *testing.T) {
	p := start(t, "--dry-run", "--as-of", "2026-11-23")
	if hello := p.line(); hello["kind"] != "capabilities" || hello["dry_run"] != true || hello["release"] != "0.1.0" {
		t.Errorf("%v", hello)
	}
	p.send("1", message("nightly-0001", "sync", "inbox", 30))
	if id, response := p.reply(); id != "1" || response.Status != "planned" {
		t.Errorf("%s %+v", id, response)
	}
	fmt.Fprint(p.in, "{\n")
	if id, response := p.reply(); id != "" || response.ErrorType != "validation_error" {
		t.Errorf("%s %+v", id, response)
	}
	p.in.Close()
	if code := p.ends(); code != 0 {
		t.Errorf("exit %d\n%s", code, p.logs)
	}
}

func TestARealRun(t *testing.T) {
	folder := t.TempDir()
	if err := errors.Join(os.Mkdir(filepath.Join(folder, "inbox"), 0o755), os.WriteFile(filepath.Join(folder, "inbox/a"), []byte("1"), 0o644)); err != nil {
		t.Fatal(err)
	}
	p := start(t, "--root", folder)
	p.line()
	for range 2 {
		p.send("1", message("nightly-0001", "sync", "inbox", 30))
		if _, response := p.reply(); response.Status != "ok" || response.Results[0].Outcome != "done" {
			t.Errorf("%+v", response)
		}
	}
	p.in.Close()
	if code := p.ends(); code != 0 {
		t.Errorf("exit %d\n%s", code, p.logs)
	}
	if got, err := os.ReadFile(filepath.Join(folder, "mirror/a")); err != nil || string(got) != "1" {
		t.Error(string(got), err)
	}
	for line := range strings.Lines(p.logs.String()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("a log line that is not JSON: %s", line)
		}
	}
	if !strings.Contains(p.logs.String(), `"msg":"repeat"`) {
		t.Error(p.logs)
	}
}

func TestTheEndOfTheInputWaitsForTheWork(t *testing.T) {
	address, asked := stalling(t)
	p := start(t, "--root", t.TempDir())
	p.line()
	p.send("1", message("nightly-0001", "sync", address, 1))
	<-asked
	p.in.Close()
	if _, response := p.reply(); response.ErrorType != "upstream_timeout" || !strings.Contains(response.Message, "the job's time of 1s is over") {
		t.Errorf("%+v", response)
	}
	if code := p.ends(); code != 0 {
		t.Errorf("exit %d\n%s", code, p.logs)
	}
}

func TestSIGTERMAnswersWhatIsInFlight(t *testing.T) {
	address, asked := stalling(t)
	p := start(t, "--root", t.TempDir(), "--drain", "200ms")
	p.line()
	p.send("1", message("nightly-0001", "sync", address, 300))
	<-asked
	began := time.Now()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if _, response := p.reply(); response.ErrorType != "dependency_unavailable" || !strings.Contains(response.Message, "the worker stops") {
		t.Errorf("%+v", response)
	}
	if code := p.ends(); code != 0 {
		t.Errorf("exit %d\n%s", code, p.logs)
	}
	if took := time.Since(began); took < 150*time.Millisecond || took > 5*time.Second {
		t.Errorf("took %s", took)
	}
}

func TestSIGTERMOfAnIdleWorker(t *testing.T) {
	p := start(t, "--dry-run")
	p.line()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := p.ends(); code != 0 {
		t.Errorf("exit %d\n%s", code, p.logs)
	}
}

func TestAReaderThatIsGoneEndsTheWorker(t *testing.T) {
	p := start(t, "--dry-run")
	p.line()
	p.pipe.Close()
	p.out = bufio.NewReader(strings.NewReader(""))
	p.send("1", "{}")
	if code := p.ends(); code != 1 || !strings.Contains(p.logs.String(), "broken pipe") {
		t.Errorf("exit %d\n%s", code, p.logs)
	}
}

func TestHTTPFromBeginningToEnd(t *testing.T) {
	address, asked := stalling(t)
	p := start(t, "--root", t.TempDir(), "--http", "127.0.0.1:0", "--drain", "200ms")
	where := ""
	for deadline := time.Now().Add(10 * time.Second); where == "" && time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		var entry struct{ Msg, Address string }
		if json.Unmarshal([]byte(p.logs.String()), &entry) == nil && entry.Msg == "listening" {
			where = "http://" + entry.Address
		}
	}
	post := func(payload string) (int, contracttest.Response) {
		t.Helper()
		got, err := http.Post(where+"/jobs?as_of=2026-11-23", "application/json", strings.NewReader(payload))
		if err != nil {
			t.Fatal(err)
		}
		defer got.Body.Close()
		body, err := io.ReadAll(got.Body)
		if err != nil {
			t.Fatal(err)
		}
		return got.StatusCode, contracttest.Read(t, body)
	}
	if code, response := post(message("nightly-0001", "cleanup", "inbox", 30)); code != 200 || response.Results[0].Outcome != "unchanged" {
		t.Errorf("%d %+v", code, response)
	}
	answered := make(chan contracttest.Response)
	go func() {
		_, response := post(message("nightly-0002", "sync", address, 300))
		answered <- response
	}()
	<-asked
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if response := <-answered; response.ErrorType != "dependency_unavailable" {
		t.Errorf("%+v", response)
	}
	if code := p.ends(); code != 0 {
		t.Errorf("exit %d\n%s", code, p.logs)
	}
}

func TestFlags(t *testing.T) {
	for _, each := range []struct {
		args  []string
		code  int
		words string
	}{
		{nil, 2, "either --root or --dry-run is needed"},
		{[]string{"--dry-run", "--root", "x"}, 2, "takes no --root"},
		{[]string{"--dry-run", "more"}, 2, "no arguments beside flags"},
		{[]string{"--dry-run", "--as-of", "today"}, 2, "--as-of is not a day"},
		{[]string{"--dry-run", "--concurrency", "-1"}, 2, "--concurrency is less than 1"},
		{[]string{"--dry-run", "--concurrency", "9", "--queue", "8"}, 2, "--queue is less than --concurrency"},
		{[]string{"--dry-run", "--stall", "0s"}, 2, "--stall"},
		{[]string{"--dry-run", "--log-level", "loud"}, 2, "loud"},
		{[]string{"--wet-run"}, 2, "flag provided but not defined"},
		{[]string{"--root", "/nonexistent/folder"}, 1, "no such file or directory"},
		{[]string{"--dry-run", "--http", "256.0.0.1:x"}, 1, "lookup"},
		{[]string{"--version"}, 0, "job-worker 0.1.0"},
		{[]string{"--help"}, 0, "Usage: job-worker --root DIR [flags]"},
		{[]string{"--dry-run"}, 0, `"concurrency":`},
	} {
		var out, logs bytes.Buffer
		code := Run(each.args, strings.NewReader(""), &out, &logs)
		if code != each.code || !strings.Contains(out.String()+logs.String(), each.words) {
			t.Errorf("%q: exit %d\n%s%s", each.args, code, &out, &logs)
		}
	}
}
