package httpapi_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/schemadiff/schemadiff/go_worker/internal/contract/contracttest"
	"github.com/schemadiff/schemadiff/go_worker/internal/frame"
	"github.com/schemadiff/schemadiff/go_worker/internal/httpapi"
	"github.com/schemadiff/schemadiff/go_worker/internal/job"
	"github.com/schemadiff/schemadiff/go_worker/internal/response"
	"github.com/schemadiff/schemadiff/go_worker/internal/retry"
	"github.com/schemadiff/schemadiff/go_worker/internal/worker"
)

const validJob = `{"schema_version":"v2","job_id":"nightly-0001","tenant":"acme","timeout_ms":30000,"tasks":[{"id":"a","action":"scan"}]}`

type runnerFunc func() response.Response

func (f runnerFunc) Run(context.Context, job.Job, time.Time) response.Response { return f() }

// startServer starts a server that accepts jobs until stop is called.
func startServer(t *testing.T, runner worker.Runner, queueSize int) (url string, stop func()) {
	t.Helper()
	w, err := worker.New(runner, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	stopped, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	server := httptest.NewServer(httpapi.API{
		Worker:       w,
		Capabilities: frame.Capabilities{Service: worker.Service, Release: worker.Release, Accepts: map[string][]string{"job_request": {"v1", "v2"}}},
		Today:        func() time.Time { return contracttest.Today },
		Jobs:         context.Background(),
		Stop:         stopped,
		QueueSize:    queueSize,
	}.Handler())
	t.Cleanup(server.Close)
	return server.URL, stop
}

type reply struct {
	code   int
	header http.Header
	body   []byte
}

// send sends a request with the given headers, which alternate names and values.
func send(t *testing.T, method, url, body string, headers ...string) reply {
	t.Helper()
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	got, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	content, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{got.StatusCode, got.Header, content}
}

func TestResponses(t *testing.T) {
	t.Parallel()
	url, _ := startServer(t, nil, 4)
	for _, test := range []struct {
		name, method, path, body string
		headers                  []string
		code                     int
		status, message          string
	}{
		{"plan", "POST", "/jobs", validJob, nil, 200, "planned", ""},
		{"plan on another day", "POST", "/jobs?as_of=2027-05-05", validJob, nil, 200, "planned", ""},
		{"not JSON", "POST", "/jobs", "{", nil, 422, "error", "not valid JSON"},
		{"empty body", "POST", "/jobs", "", nil, 422, "error", "not valid JSON"},
		{"not UTF-8", "POST", "/jobs", "\"\xff\"", nil, 422, "error", "invalid UTF-8"},
		{"version out of use", "POST", "/jobs?as_of=2027-05-05", `{"schema_version":"v1"}`, nil, 422, "error", "out of use since"},
		{"as_of is not a day", "POST", "/jobs?as_of=tomorrow", validJob, nil, 400, "error", "as_of is not a day"},
		{"too long", "POST", "/jobs", strings.Repeat(" ", frame.MaxBytes+1), nil, 413, "error", "exceeds 16777216 bytes"},
		{"wrong method", "GET", "/jobs", "", nil, 405, "error", "POST, not GET"},
		{"wrong path", "GET", "/job", "", nil, 404, "error", "not found"},
		{"cross-origin", "POST", "/jobs", validJob, []string{"Origin", "http://example.com"}, 403, "error", "cross-origin"},
		{"cross-site", "POST", "/jobs", validJob, []string{"Sec-Fetch-Site", "cross-site"}, 403, "error", "cross-origin"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := send(t, test.method, url+test.path, test.body, test.headers...)
			day := contracttest.Today
			if strings.Contains(test.path, "2027") {
				day = time.Date(2027, 5, 5, 0, 0, 0, 0, time.UTC)
			}
			decoded := contracttest.DecodeOn(t, got.body, day)
			if got.code != test.code || decoded.Status != test.status || !strings.Contains(decoded.Message, test.message) ||
				got.header.Get("Content-Type") != "application/json" {
				t.Errorf("%d %s", got.code, got.body)
			}
		})
	}
}

func TestStatusCodes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		kind retry.Kind
		code int
	}{
		{retry.Validation, 422}, {retry.Auth, 403}, {retry.Timeout, 504}, {retry.RateLimited, 429}, {retry.Unavailable, 503},
	} {
		t.Run(string(test.kind), func(t *testing.T) {
			t.Parallel()
			failure := retry.Errorf(test.kind, "m")
			failure.RetryAfter = 1500 * time.Millisecond
			url, _ := startServer(t, runnerFunc(func() response.Response { return response.Response{Err: failure} }), 4)
			got := send(t, "POST", url+"/jobs", validJob)
			decoded := contracttest.Decode(t, got.body)
			if got.code != test.code || decoded.ErrorType != string(test.kind) || got.header.Get("Retry-After") != "2" || *decoded.JobID != "nightly-0001" {
				t.Errorf("%d %s", got.code, got.body)
			}
		})
	}
}

func TestAFullQueue(t *testing.T) {
	t.Parallel()
	started, finish := make(chan bool), make(chan bool)
	url, _ := startServer(t, runnerFunc(func() response.Response {
		started <- true
		<-finish
		return response.Response{Err: retry.Errorf(retry.Auth, "m")}
	}), 1)
	var first sync.WaitGroup
	first.Go(func() {
		if got := send(t, "POST", url+"/jobs", validJob); got.code != 403 {
			t.Errorf("the first job: %d %s", got.code, got.body)
		}
	})
	<-started
	got := send(t, "POST", url+"/jobs", validJob)
	decoded := contracttest.Decode(t, got.body)
	if got.code != 429 || decoded.ErrorType != "rate_limited" || got.header.Get("Retry-After") != "1" {
		t.Errorf("%d %s", got.code, got.body)
	}
	finish <- true
	first.Wait()
}

func TestShutdown(t *testing.T) {
	t.Parallel()
	url, stop := startServer(t, nil, 4)
	if got := send(t, "GET", url+"/healthz", ""); got.code != 200 || string(got.body) != `{"status":"ok"}`+"\n" {
		t.Errorf("health before: %d %s", got.code, got.body)
	}
	stop()
	if got := send(t, "GET", url+"/healthz", ""); got.code != 503 || string(got.body) != `{"status":"draining"}`+"\n" {
		t.Errorf("health after: %d %s", got.code, got.body)
	}
	got := send(t, "POST", url+"/jobs", validJob)
	if decoded := contracttest.Decode(t, got.body); got.code != 503 || decoded.ErrorType != "dependency_unavailable" {
		t.Errorf("job after: %d %s", got.code, got.body)
	}
}

func TestCapabilities(t *testing.T) {
	t.Parallel()
	url, _ := startServer(t, nil, 4)
	got := send(t, "GET", url+"/capabilities", "")
	var decoded struct {
		Kind, Service string
		Accepts       map[string][]string
	}
	if err := json.Unmarshal(got.body, &decoded); err != nil || decoded.Kind != "capabilities" || len(decoded.Accepts["job_request"]) != 2 {
		t.Errorf("%s: %v", got.body, err)
	}
}

func TestAPanicIsAResponse(t *testing.T) {
	t.Parallel()
	url, _ := startServer(t, runnerFunc(func() response.Response { panic("a bug") }), 4)
	got := send(t, "POST", url+"/jobs", validJob)
	if decoded := contracttest.Decode(t, got.body); got.code != 503 || decoded.ErrorType != "dependency_unavailable" {
		t.Errorf("%d %s", got.code, got.body)
	}
}
