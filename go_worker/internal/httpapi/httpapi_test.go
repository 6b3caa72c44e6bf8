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

	"schemadiff.local/worker/internal/answer"
	"schemadiff.local/worker/internal/contract/contracttest"
	"schemadiff.local/worker/internal/frame"
	"schemadiff.local/worker/internal/httpapi"
	"schemadiff.local/worker/internal/job"
	"schemadiff.local/worker/internal/retry"
	"schemadiff.local/worker/internal/worker"
)

const valid = `{"schema_version":"v2","job_id":"nightly-0001","tenant":"acme","timeout_ms":30000,"tasks":[{"id":"a","action":"scan"}]}`

type runner func() answer.Answer

func (r runner) Run(context.Context, job.Job, time.Time) answer.Answer { return r() }

// serve starts the API; stop ends its taking of jobs.
func serve(t *testing.T, runner worker.Runner, queue int) (address string, stop func()) {
	t.Helper()
	answering, err := worker.New(runner, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	stopped, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	server := httptest.NewServer(httpapi.API{
		Worker: answering,
		Hello:  frame.Capabilities{Service: worker.Service, Release: worker.Release, Accepts: map[string][]string{"job_request": {"v1", "v2"}}},
		Today:  func() time.Time { return contracttest.Today },
		Work:   context.Background(),
		Stop:   stopped,
		Queue:  queue,
	}.Handler())
	t.Cleanup(server.Close)
	return server.URL, stop
}

type reply struct {
	code   int
	header http.Header
	body   []byte
}

func send(t *testing.T, method, address, body string, header ...string) reply {
	t.Helper()
	request, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{response.StatusCode, response.Header, read}
}

func TestEveryAnswerIsADocumentOfTheContract(t *testing.T) {
	address, _ := serve(t, nil, 4)
	for _, each := range []struct {
		name, method, path, body string
		header                   []string
		code                     int
		status, words            string
	}{
		{"a plan", "POST", "/jobs", valid, nil, 200, "planned", ""},
		{"a day", "POST", "/jobs?as_of=2027-05-05", valid, nil, 200, "planned", ""},
		{"not JSON", "POST", "/jobs", "{", nil, 422, "error", "not JSON"},
		{"nothing", "POST", "/jobs", "", nil, 422, "error", "not JSON"},
		{"not UTF-8", "POST", "/jobs", "\"\xff\"", nil, 422, "error", "not UTF-8"},
		{"a version out of use", "POST", "/jobs?as_of=2027-05-05", `{"schema_version":"v1"}`, nil, 422, "error", "out of use"},
		{"no day", "POST", "/jobs?as_of=tomorrow", valid, nil, 400, "error", "as_of is not a day"},
		{"too long", "POST", "/jobs", strings.Repeat(" ", frame.MaxBytes+1), nil, 413, "error", "longer than"},
		{"no POST", "GET", "/jobs", "", nil, 405, "error", "by POST"},
		{"no such place", "GET", "/job", "", nil, 404, "error", "POST /jobs"},
		{"a page of another origin", "POST", "/jobs", valid, []string{"Origin", "http://example.com"}, 403, "error", "another origin"},
		{"a page of another site", "POST", "/jobs", valid, []string{"Sec-Fetch-Site", "cross-site"}, 403, "error", "another origin"},
	} {
		t.Run(each.name, func(t *testing.T) {
			got := send(t, each.method, address+each.path, each.body, each.header...)
			day := contracttest.Today
			if strings.Contains(each.path, "2027") {
				day = time.Date(2027, 5, 5, 0, 0, 0, 0, time.UTC)
			}
			response := contracttest.ReadOn(t, got.body, day)
			if got.code != each.code || response.Status != each.status || !strings.Contains(response.Message, each.words) ||
				got.header.Get("Content-Type") != "application/json" {
				t.Errorf("%d %s", got.code, got.body)
			}
		})
	}
}

func TestStatusCodes(t *testing.T) {
	for kind, code := range map[retry.Kind]int{
		retry.Validation: 422, retry.Auth: 403, retry.Timeout: 504, retry.RateLimited: 429, retry.Unavailable: 503,
	} {
		address, _ := serve(t, runner(func() answer.Answer {
			return answer.Answer{Failure: &retry.Failure{Kind: kind, Message: "m", RetryAfter: 1500 * time.Millisecond}}
		}), 4)
		got := send(t, "POST", address+"/jobs", valid)
		response := contracttest.Read(t, got.body)
		if got.code != code || response.ErrorType != string(kind) || got.header.Get("Retry-After") != "2" || *response.JobID != "nightly-0001" {
			t.Errorf("%s: %d %s", kind, got.code, got.body)
		}
	}
}

func TestAWorkerThatIsFullSaysSo(t *testing.T) {
	begun, end := make(chan bool), make(chan bool)
	address, _ := serve(t, runner(func() answer.Answer {
		begun <- true
		<-end
		return answer.Answer{Failure: &retry.Failure{Kind: retry.Auth, Message: "m"}}
	}), 1)
	var first sync.WaitGroup
	first.Add(1)
	go func() {
		defer first.Done()
		if got := send(t, "POST", address+"/jobs", valid); got.code != 403 {
			t.Errorf("%d", got.code)
		}
	}()
	<-begun
	got := send(t, "POST", address+"/jobs", valid)
	response := contracttest.Read(t, got.body)
	if got.code != 429 || response.ErrorType != "rate_limited" || got.header.Get("Retry-After") != "1" {
		t.Errorf("%d %s", got.code, got.body)
	}
	end <- true
	first.Wait()
}

func TestAWorkerThatStopsSaysSo(t *testing.T) {
	address, stop := serve(t, nil, 4)
	if got := send(t, "GET", address+"/healthz", ""); got.code != 200 || string(got.body) != `{"status":"ok"}`+"\n" {
		t.Errorf("%d %s", got.code, got.body)
	}
	stop()
	if got := send(t, "GET", address+"/healthz", ""); got.code != 503 || string(got.body) != `{"status":"draining"}`+"\n" {
		t.Errorf("%d %s", got.code, got.body)
	}
	got := send(t, "POST", address+"/jobs", valid)
	if response := contracttest.Read(t, got.body); got.code != 503 || response.ErrorType != "dependency_unavailable" {
		t.Errorf("%d %s", got.code, got.body)
	}
}

func TestCapabilities(t *testing.T) {
	address, _ := serve(t, nil, 4)
	got := send(t, "GET", address+"/capabilities", "")
	var read struct {
		Kind, Service string
		Accepts       map[string][]string
	}
	if err := json.Unmarshal(got.body, &read); err != nil || read.Kind != "capabilities" || len(read.Accepts["job_request"]) != 2 {
		t.Errorf("%s: %v", got.body, err)
	}
}

func TestAPanicIsAnAnswer(t *testing.T) {
	address, _ := serve(t, runner(func() answer.Answer { panic("a bug") }), 4)
	got := send(t, "POST", address+"/jobs", valid)
	if response := contracttest.Read(t, got.body); got.code != 503 || response.ErrorType != "dependency_unavailable" {
		t.Errorf("%d %s", got.code, got.body)
	}
}
