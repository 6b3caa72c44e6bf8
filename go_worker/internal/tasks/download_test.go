package tasks

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/schemadiff/schemadiff/go_worker/internal/contract/contracttest"
	"github.com/schemadiff/schemadiff/go_worker/internal/job"
	"github.com/schemadiff/schemadiff/go_worker/internal/retry"
)

// startSource starts an HTTP server, and counts its requests.
func startSource(t *testing.T, handler http.HandlerFunc) (url string, requests *atomic.Int32) {
	t.Helper()
	requests = &atomic.Int32{}
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, request *http.Request) {
		requests.Add(1)
		handler(out, request)
	}))
	t.Cleanup(server.Close)
	return server.URL, requests
}

// newDownload returns a job that downloads a URL.
func newDownload(url string) job.Job {
	task := newTask(job.Sync)
	task.Source = url
	return newJob(task)
}

func TestSyncURL(t *testing.T) {
	t.Parallel()
	h := newHarness(t, nil)
	content := "one"
	url, _ := startSource(t, func(out http.ResponseWriter, request *http.Request) {
		if request.URL.Path == "/dated/" {
			out.Header().Set("Last-Modified", "Fri, 02 Jan 2026 03:04:05 GMT")
		}
		fmt.Fprint(out, content)
	})
	h.wantOutcome(newDownload(url+"/daily/a%20b.csv?day=1"), "done", 1, 0)
	h.wantOutcome(newDownload(url+"/dated/"), "done", 1, 0)
	h.wantFiles("mirror/a b.csv=one", "mirror/index=one")
	h.wantOutcome(newDownload(url+"/daily/a%20b.csv?day=1"), "unchanged", 0, 0)
	content = "two"
	h.wantOutcome(newDownload(url+"/other/a%20b.csv"), "done", 1, 0)
	h.wantFiles("mirror/a b.csv=two", "mirror/index=one")
	info, err := os.Stat(filepath.Join(h.root, "mirror/index"))
	if err != nil {
		t.Fatal(err)
	}
	if want := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC); !info.ModTime().Equal(want) {
		t.Errorf("modified on %s; want %s", info.ModTime(), want)
	}

	j := newDownload(url + "/c.txt")
	j.Tasks[0].Glob = "*.csv"
	h.wantOutcome(j, "unchanged", 0, 0)
	h.wantFiles("mirror/a b.csv=two", "mirror/index=one")
}

func TestScanURL(t *testing.T) {
	t.Parallel()
	h := newHarness(t, nil)
	url, _ := startSource(t, func(out http.ResponseWriter, _ *http.Request) { fmt.Fprint(out, "one") })
	task := newTask(job.Scan)
	task.Source = url + "/a.csv"
	result := h.wantOutcome(newJob(task), "done", 1, 0).Results[0]
	if result.Bytes != 3 || result.Entries[0].Path != "a.csv" {
		t.Errorf("%+v", result)
	}
	h.wantFiles()
}

func TestFileName(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ url, want string }{
		{"http://h", "index"}, {"http://h/", "index"}, {"http://h/a/", "index"}, {"http://h/a", "a"},
		{"http://h/a/b.csv?x=/c", "b.csv"}, {"http://h/%C3%BC", "ü"}, {"http://h/..", "index"}, {"http://h/.ssh", "index"},
		{"http://h/a%2F..%2F..%2Fb", "b"}, {"http://h/%2E%2E", "index"}, {"http://h/a%00", "index"}, {"http://h/a%5Cb", "index"},
	} {
		t.Run(test.url, func(t *testing.T) {
			t.Parallel()
			if got := fileName(test.url); got != test.want {
				t.Errorf("%q; want %q", got, test.want)
			}
		})
	}
}

// respondWith returns a handler that responds with a status code and, optionally, one header.
func respondWith(code int, header ...string) http.HandlerFunc {
	return func(out http.ResponseWriter, _ *http.Request) {
		if len(header) == 2 {
			out.Header().Set(header[0], header[1])
		}
		out.WriteHeader(code)
	}
}

func TestDownloadErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name         string
		handler      http.HandlerFunc
		kind         retry.Kind
		message      string
		retryAfterMS int
	}{
		{"401", respondWith(401), retry.Auth, "401 Unauthorized", 0},
		{"403", respondWith(403), retry.Auth, "403 Forbidden", 0},
		{"404", respondWith(404), retry.Validation, "404 Not Found", 0},
		{"206 without a range", respondWith(206), retry.Validation, "206", 0},
		{"304 without a condition", respondWith(304), retry.Validation, "304", 0},
		{"408", respondWith(408), retry.Timeout, "408", 0},
		{"504", respondWith(504), retry.Timeout, "504", 0},
		{"429", respondWith(429), retry.RateLimited, "429", 0},
		{"429 with seconds", respondWith(429, "Retry-After", "7"), retry.RateLimited, "429", 7000},
		{"429 with too many seconds", respondWith(429, "Retry-After", "99999999"), retry.RateLimited, "429", 3600000},
		{"429 with a negative number", respondWith(429, "Retry-After", "-1"), retry.RateLimited, "429", 0},
		{"500", respondWith(500), retry.Unavailable, "500", 0},
		{"503 with seconds", respondWith(503, "Retry-After", "2"), retry.Unavailable, "503", 2000},
		{"stalled before the response", func(_ http.ResponseWriter, request *http.Request) { <-request.Context().Done() }, retry.Timeout, "sent nothing for", 0},
		{"stalled in the body", func(out http.ResponseWriter, request *http.Request) {
			fmt.Fprint(out, "half")
			out.(http.Flusher).Flush()
			<-request.Context().Done()
		}, retry.Timeout, "sent nothing for", 0},
		{"truncated body", func(out http.ResponseWriter, _ *http.Request) {
			out.Header().Set("Content-Length", "100")
			fmt.Fprint(out, "half")
		}, retry.Unavailable, "unexpected EOF", 0},
		{"closed connection", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, retry.Unavailable, "EOF", 0},
		{"too large", func(out http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(out, strings.Repeat("x", 2000))
		}, retry.Validation, "larger than", 0},
		{"redirect loop", func(out http.ResponseWriter, request *http.Request) {
			http.Redirect(out, request, request.URL.Path, http.StatusFound)
		}, retry.Validation, "redirects more than", 0},
		{"redirect to a host that is not allowed", func(out http.ResponseWriter, request *http.Request) {
			http.Redirect(out, request, "http://169.254.169.254/secret", http.StatusFound)
		}, retry.Auth, "may not download from 169.254.169.254", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t, func(c *Config) {
				c.StallTimeout, c.MaxBytes, c.AllowedHosts = 200*time.Millisecond, 1000, []string{"127.0.0.1"}
			})
			url, _ := startSource(t, test.handler)
			got := h.wantError(newDownload(url+"/a"), test.kind, test.message)
			if got.Retryable != test.kind.Retryable() || got.RetryAfter != test.retryAfterMS {
				t.Errorf("%+v", got)
			}
			h.wantFiles()
		})
	}
}

func TestConnectionErrors(t *testing.T) {
	t.Parallel()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	secured := httptest.NewUnstartedServer(http.NotFoundHandler())
	secured.Config.ErrorLog = log.New(io.Discard, "", 0)
	secured.StartTLS()
	t.Cleanup(secured.Close)
	for _, test := range []struct {
		name, url string
		kind      retry.Kind
		message   string
	}{
		{"closed port", "http://" + closed.Addr().String() + "/a", retry.Unavailable, "refused"},
		{"unknown host", "http://nowhere.invalid/a", retry.Unavailable, "nowhere.invalid"},
		{"host that is not allowed", "http://localhost:1/a", retry.Auth, "may not download from localhost:1"},
		{"invalid port", "http://127.0.0.1:99999/a", retry.Unavailable, "invalid port"},
		{"untrusted certificate", secured.URL + "/a", retry.Unavailable, "certificate"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t, func(c *Config) { c.AllowedHosts = []string{"127.0.0.1", "nowhere.invalid"} })
			h.wantError(newDownload(test.url), test.kind, test.message)
			h.wantFiles()
		})
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	date := func(at time.Time) string { return at.Format(http.TimeFormat) }
	for _, test := range []struct {
		name, value string
		want        time.Duration
	}{
		{"absent", "", 0},
		{"seconds", "90", 90 * time.Second},
		{"date", date(now.Add(90 * time.Second)), 90 * time.Second},
		{"date in the past", date(now.Add(-time.Hour)), 0},
		{"date in the far future", date(now.Add(24 * time.Hour)), time.Hour},
		{"neither", "soon", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := retryAfter(http.Header{"Retry-After": {test.value}}, now); got != test.want {
				t.Errorf("%s; want %s", got, test.want)
			}
		})
	}
}

func TestJobTimeout(t *testing.T) {
	t.Parallel()
	disconnected := make(chan bool, 1)
	url, _ := startSource(t, func(out http.ResponseWriter, request *http.Request) {
		for { // an endless body
			if _, err := out.Write(make([]byte, 1000)); err != nil || request.Context().Err() != nil {
				disconnected <- true
				return
			}
			out.(http.Flusher).Flush()
			time.Sleep(time.Millisecond)
		}
	})
	h := newHarness(t, func(c *Config) { c.MaxBytes = 1 << 40 })
	h.write("inbox/sparse", "", longAgo)
	if err := os.Truncate(filepath.Join(h.root, "inbox/sparse"), 1<<40); err != nil { // no bytes on the disk, hours to read
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		job  job.Job
	}{
		{"download", newDownload(url)},
		{"scan", newJob(newTask(job.Scan))},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.job.Timeout = 80 * time.Millisecond
			started := time.Now()
			h.wantError(test.job, retry.Timeout, "the job's timeout of 80ms expired")
			if took := time.Since(started); took > 2*time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
	select {
	case <-disconnected:
	case <-time.After(5 * time.Second):
		t.Error("the download still runs")
	}
	if got := listFiles(t, filepath.Join(h.root, "mirror")); len(got) > 0 {
		t.Errorf("%q", got)
	}
}

// failFirst returns a handler that responds with an error code to the first requests, and then with
// content.
func failFirst(failures int32, code int) http.HandlerFunc {
	var requests atomic.Int32
	return func(out http.ResponseWriter, _ *http.Request) {
		if requests.Add(1) <= failures {
			out.WriteHeader(code)
			return
		}
		fmt.Fprint(out, "content")
	}
}

func TestRetries(t *testing.T) {
	t.Parallel()
	policy := retry.Policy{MaxRetries: 3, Backoff: time.Millisecond}
	for _, test := range []struct {
		name     string
		failures int32
		code     int
		policy   retry.Policy
		requests int32
		kind     string
	}{
		{"until it succeeds", 3, 503, policy, 4, ""},
		{"up to the limit", 9, 503, policy, 4, "dependency_unavailable"},
		{"none without a policy", 1, 503, retry.Policy{}, 1, "dependency_unavailable"},
		{"none of a final error", 1, 401, policy, 1, "auth_failed"},
		{"rate limit", 2, 429, policy, 3, ""},
		{"timeout", 1, 504, policy, 2, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t, nil)
			url, requests := startSource(t, failFirst(test.failures, test.code))
			j := newDownload(url + "/a")
			j.Retry = test.policy
			got := h.run(j)
			if got.ErrorType != test.kind || requests.Load() != test.requests || got.Timing.Attempts != int(test.requests) {
				t.Errorf("%d requests: %+v", requests.Load(), got)
			}
			if test.kind == "" {
				h.wantFiles("mirror/a=content")
			}
		})
	}
}

func TestNoRetryAfterTheJobTimeout(t *testing.T) {
	t.Parallel()
	h := newHarness(t, nil)
	url, requests := startSource(t, respondWith(429, "Retry-After", "60"))
	j := newDownload(url + "/a")
	j.Retry = retry.Policy{MaxRetries: 3, Backoff: time.Millisecond}
	started := time.Now()
	got := h.wantError(j, retry.RateLimited, "429")
	if took := time.Since(started); took > 5*time.Second || requests.Load() != 1 || got.RetryAfter != 60_000 {
		t.Errorf("%s, %d requests, %+v", took, requests.Load(), got)
	}
}

func TestCircuitBreaker(t *testing.T) {
	t.Parallel()
	h := newHarness(t, nil)
	url, requests := startSource(t, failFirst(1000, 500))
	for range 8 {
		h.wantError(newDownload(url+"/a"), retry.Unavailable, "")
	}
	got := h.wantError(newDownload(url+"/a"), retry.Unavailable, "circuit breaker open")
	if requests.Load() != 5 || got.RetryAfter < 20_000 {
		t.Errorf("%d requests, %+v", requests.Load(), got)
	}
	other, _ := startSource(t, failFirst(0, 0))
	h.wantOutcome(newDownload(other+"/a"), "done", 1, 0)
}

func TestConcurrentRepeatsRunOnce(t *testing.T) {
	t.Parallel()
	h := newHarness(t, nil)
	url, requests := startSource(t, func(out http.ResponseWriter, _ *http.Request) {
		time.Sleep(50 * time.Millisecond)
		fmt.Fprint(out, "once")
	})
	j := newDownload(url + "/a")
	var callers sync.WaitGroup
	for i := range 50 {
		callers.Go(func() {
			if i%2 == 1 {
				time.Sleep(time.Duration(i) * 2 * time.Millisecond) // some repeat a finished job
			}
			got := decode(t, j, h.Run(context.Background(), j, contracttest.Today))
			if got.Status != "ok" || got.Results[0].Outcome != "done" {
				t.Errorf("%+v", got)
			}
		})
	}
	callers.Wait()
	if requests.Load() != 1 {
		t.Errorf("%d requests", requests.Load())
	}
}

func TestReplayCache(t *testing.T) {
	t.Parallel()
	t.Run("keeps results and not errors that may be retried", func(t *testing.T) {
		t.Parallel()
		h := newHarness(t, nil)
		url, requests := startSource(t, failFirst(1, 503))
		j := newDownload(url + "/a")
		h.wantError(j, retry.Unavailable, "503")
		h.wantOutcome(j, "done", 1, 0)
		h.wantOutcome(j, "done", 1, 0)
		if requests.Load() != 2 {
			t.Errorf("%d requests", requests.Load())
		}
		patient := j
		patient.Timeout, patient.Retry = time.Minute, retry.Policy{MaxRetries: 5}
		h.wantOutcome(patient, "done", 1, 0)
		other := j
		other.Tasks = slices.Clone(j.Tasks)
		other.Tasks[0].Target = "elsewhere"
		h.wantError(other, retry.Validation, "already used by a job with other tasks")
		h.wantFiles("mirror/a=content")
	})
	t.Run("keeps final errors", func(t *testing.T) {
		t.Parallel()
		h := newHarness(t, nil)
		url, requests := startSource(t, failFirst(1, 401))
		j := newDownload(url + "/b")
		h.wantError(j, retry.Auth, "401")
		h.wantError(j, retry.Auth, "401")
		if requests.Load() != 1 {
			t.Errorf("%d requests", requests.Load())
		}
	})
}

func TestConcurrency(t *testing.T) {
	t.Parallel()
	h := newHarness(t, func(c *Config) { c.Concurrency = 2 })
	var running, most atomic.Int32
	url, _ := startSource(t, func(http.ResponseWriter, *http.Request) {
		most.Store(max(most.Load(), running.Add(1)))
		time.Sleep(10 * time.Millisecond)
		running.Add(-1)
	})
	var callers sync.WaitGroup
	for i := range 12 {
		j := newDownload(fmt.Sprintf("%s/%d", url, i))
		callers.Go(func() {
			if resp := h.Run(context.Background(), j, contracttest.Today); resp.Err != nil {
				t.Error(resp.Err)
			}
		})
	}
	callers.Wait()
	if most.Load() != 2 {
		t.Errorf("at most %d jobs at the same time", most.Load())
	}
}

func TestShutdown(t *testing.T) {
	t.Parallel()
	h := newHarness(t, func(c *Config) { c.Concurrency = 1 })
	started := make(chan bool)
	url, _ := startSource(t, func(_ http.ResponseWriter, request *http.Request) {
		started <- true
		<-request.Context().Done()
	})
	ctx, cancel := context.WithCancel(context.Background())
	responses := make(chan contracttest.Response, 2)
	running, waiting := newDownload(url+"/a"), newDownload(url+"/b")
	running.Retry = retry.Policy{MaxRetries: 5, Backoff: time.Hour}
	for _, j := range []job.Job{running, waiting} {
		go func() { responses <- decode(t, j, h.Run(ctx, j, contracttest.Today)) }()
		if j.ID == running.ID {
			<-started
		}
	}
	cancel()
	for range 2 {
		select {
		case got := <-responses:
			if got.ErrorType != "dependency_unavailable" || !strings.Contains(got.Message, "shutting down") {
				t.Errorf("%+v", got)
			}
		case <-time.After(5 * time.Second):
			t.Fatal("a job still runs")
		}
	}
}
