package work

import (
	"context"
	"fmt"
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

	"schemadiff.local/worker/internal/contract/contracttest"
	"schemadiff.local/worker/internal/job"
	"schemadiff.local/worker/internal/retry"
)

// source is a host on loopback that does what a test wants, and counts how often it is asked.
func source(t *testing.T, serve func(http.ResponseWriter, *http.Request)) (address string, asked *atomic.Int32) {
	t.Helper()
	asked = &atomic.Int32{}
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, request *http.Request) {
		asked.Add(1)
		serve(out, request)
	}))
	t.Cleanup(server.Close)
	return server.URL, asked
}

func fetching(address string) job.Job {
	wanted := task(job.Sync)
	wanted.Source = address
	return asked(wanted)
}

func TestFetch(t *testing.T) {
	tree := newTree(t, nil)
	content := "one"
	address, _ := source(t, func(out http.ResponseWriter, request *http.Request) {
		if request.URL.Path == "/dated/" {
			out.Header().Set("Last-Modified", "Fri, 02 Jan 2026 03:04:05 GMT")
		}
		fmt.Fprint(out, content)
	})
	tree.outcome(fetching(address+"/daily/a%20b.csv?day=1"), "done", 1, 0)
	tree.outcome(fetching(address+"/dated/"), "done", 1, 0)
	tree.expect("mirror/a b.csv=one", "mirror/index=one")
	tree.outcome(fetching(address+"/daily/a%20b.csv?day=1"), "unchanged", 0, 0)
	content = "two"
	tree.outcome(fetching(address+"/other/a%20b.csv"), "done", 1, 0)
	tree.expect("mirror/a b.csv=two", "mirror/index=one")
	dated, err := os.Stat(filepath.Join(tree.folder, "mirror/index"))
	if want := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC); err != nil || !dated.ModTime().Equal(want) {
		t.Error(dated, err)
	}

	named := task(job.Sync)
	named.Source, named.Glob = address+"/c.txt", "*.csv"
	tree.outcome(asked(named), "unchanged", 0, 0)
	tree.expect("mirror/a b.csv=two", "mirror/index=one")
}

func TestScanOfAnAddress(t *testing.T) {
	tree := newTree(t, nil)
	address, _ := source(t, func(out http.ResponseWriter, _ *http.Request) { fmt.Fprint(out, "one") })
	wanted := task(job.Scan)
	wanted.Source = address + "/a.csv"
	result := tree.outcome(asked(wanted), "done", 1, 0).Results[0]
	if result.Bytes != 3 || result.Entries[0].Path != "a.csv" {
		t.Errorf("%+v", result)
	}
	tree.expect()
}

func TestFileName(t *testing.T) {
	for address, want := range map[string]string{
		"http://h": "index", "http://h/": "index", "http://h/a/": "index", "http://h/a": "a", "http://h/a/b.csv?x=/c": "b.csv", "http://h/%C3%BC": "ü",
		"http://h/..": "index", "http://h/.ssh": "index", "http://h/a%2F..%2F..%2Fb": "b", "http://h/%2E%2E": "index", "http://h/a%00": "index", "http://h/a%5Cb": "index",
	} {
		if got := fileName(address); got != want {
			t.Errorf("%s is %q, not %q", address, got, want)
		}
	}
}

// Each of the five kinds from a fault that really happens, and what the producer is told.
func TestFaults(t *testing.T) {
	status := func(code int, header ...string) func(http.ResponseWriter, *http.Request) {
		return func(out http.ResponseWriter, _ *http.Request) {
			if len(header) == 2 {
				out.Header().Set(header[0], header[1])
			}
			out.WriteHeader(code)
		}
	}
	for _, each := range []struct {
		name  string
		serve func(http.ResponseWriter, *http.Request)
		kind  retry.Kind
		words string
		after int
	}{
		{"401", status(401), retry.Auth, "401 Unauthorized", 0},
		{"403", status(403), retry.Auth, "403 Forbidden", 0},
		{"404", status(404), retry.Validation, "404 Not Found", 0},
		{"206, unasked", status(206), retry.Validation, "206", 0},
		{"304, unasked", status(304), retry.Validation, "304", 0},
		{"408", status(408), retry.Timeout, "408", 0},
		{"504", status(504), retry.Timeout, "504", 0},
		{"429", status(429), retry.RateLimited, "429", 0},
		{"429 with seconds", status(429, "Retry-After", "7"), retry.RateLimited, "429", 7000},
		{"429 with too many seconds", status(429, "Retry-After", "99999999"), retry.RateLimited, "429", 3600000},
		{"429 with nonsense", status(429, "Retry-After", "-1"), retry.RateLimited, "429", 0},
		{"500", status(500), retry.Unavailable, "500", 0},
		{"503 with seconds", status(503, "Retry-After", "2"), retry.Unavailable, "503", 2000},
		{"nothing for too long", func(_ http.ResponseWriter, request *http.Request) { <-request.Context().Done() }, retry.Timeout, "sent nothing for", 0},
		{"half, and then nothing for too long", func(out http.ResponseWriter, request *http.Request) {
			fmt.Fprint(out, "half")
			out.(http.Flusher).Flush()
			<-request.Context().Done()
		}, retry.Timeout, "sent nothing for", 0},
		{"half, and then the end", func(out http.ResponseWriter, _ *http.Request) {
			out.Header().Set("Content-Length", "100")
			fmt.Fprint(out, "half")
		}, retry.Unavailable, "unexpected EOF", 0},
		{"the line is cut", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, retry.Unavailable, "EOF", 0},
		{"more than this worker takes", func(out http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(out, strings.Repeat("x", 2000))
		}, retry.Validation, "larger than", 0},
		{"a redirect in circles", func(out http.ResponseWriter, request *http.Request) {
			http.Redirect(out, request, request.URL.Path, http.StatusFound)
		}, retry.Validation, "redirects more than", 0},
		{"a redirect to a host that is not open", func(out http.ResponseWriter, request *http.Request) {
			http.Redirect(out, request, "http://169.254.169.254/secret", http.StatusFound)
		}, retry.Auth, "may not fetch from 169.254.169.254", 0},
	} {
		t.Run(each.name, func(t *testing.T) {
			tree := newTree(t, func(s *Settings) { s.Stall, s.MostBytes, s.Sources = 60*time.Millisecond, 1000, []string{"127.0.0.1"} })
			address, _ := source(t, each.serve)
			response := tree.fails(fetching(address+"/a"), each.kind, each.words)
			if response.Retryable != each.kind.Retryable() || response.RetryAfter != each.after {
				t.Errorf("%+v", response)
			}
			tree.expect()
		})
	}
}

func TestFaultsBelowHTTP(t *testing.T) {
	tree := newTree(t, func(s *Settings) { s.Sources = []string{"127.0.0.1", "nowhere.invalid"} })
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	tree.fails(fetching("http://"+closed.Addr().String()+"/a"), retry.Unavailable, "refused")
	tree.fails(fetching("http://nowhere.invalid/a"), retry.Unavailable, "nowhere.invalid")
	tree.fails(fetching("http://localhost:1/a"), retry.Auth, "may not fetch from localhost:1")
	tree.fails(fetching("http://127.0.0.1:99999/a"), retry.Unavailable, "invalid port")

	secured := httptest.NewUnstartedServer(http.NotFoundHandler())
	secured.Config.ErrorLog = nil
	secured.StartTLS()
	defer secured.Close()
	tree.fails(fetching(secured.URL+"/a"), retry.Unavailable, "certificate")
	tree.expect()
}

func TestRetryAfterAsADate(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	response := &http.Response{Header: http.Header{"Retry-After": {now.Add(90 * time.Second).Format(http.TimeFormat)}}}
	if got := retryAfter(response, now); got != 90*time.Second {
		t.Error(got)
	}
	if got := retryAfter(response, now.Add(time.Hour)); got != 0 {
		t.Error(got)
	}
}

func TestTheJobsTimeStopsTheWork(t *testing.T) {
	gone := make(chan bool, 1)
	address, _ := source(t, func(out http.ResponseWriter, request *http.Request) {
		for { // a source that goes on for ever
			if _, err := out.Write(make([]byte, 1000)); err != nil || request.Context().Err() != nil {
				gone <- true
				return
			}
			out.(http.Flusher).Flush()
			time.Sleep(time.Millisecond)
		}
	})
	tree := newTree(t, func(s *Settings) { s.MostBytes = 1 << 40 })
	endless := filepath.Join(tree.folder, "inbox/endless")
	tree.write("inbox/endless", "", longAgo)
	if err := os.Truncate(endless, 1<<40); err != nil { // a hole: no bytes on the disk, hours to read
		t.Fatal(err)
	}
	copying, scanning := asked(task(job.Sync)), asked(task(job.Scan))
	copying.Tasks[0].Source = address
	for _, wanted := range []job.Job{copying, scanning} {
		wanted.Timeout = 80 * time.Millisecond
		began := time.Now()
		tree.fails(wanted, retry.Timeout, "the job's time of 80ms is over")
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("took %s", took)
		}
	}
	select {
	case <-gone:
	case <-time.After(5 * time.Second):
		t.Error("the source is still being read")
	}
	if got := list(t, filepath.Join(tree.folder, "mirror")); len(got) > 0 {
		t.Errorf("%q", got)
	}
}

// after lets a source fail so many times, and answer then.
func after(failures int32, code int) func(http.ResponseWriter, *http.Request) {
	var asked atomic.Int32
	return func(out http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) <= failures {
			out.WriteHeader(code)
			return
		}
		fmt.Fprint(out, "at last")
	}
}

func TestRetries(t *testing.T) {
	policy := retry.Policy{MaxRetries: 3, Backoff: time.Millisecond}
	for _, each := range []struct {
		name     string
		failures int32
		code     int
		policy   retry.Policy
		asked    int32
		kind     string
	}{
		{"until it works", 3, 503, policy, 4, ""},
		{"as often as allowed", 9, 503, policy, 4, "dependency_unavailable"},
		{"not without a policy", 1, 503, retry.Policy{}, 1, "dependency_unavailable"},
		{"not what is final", 1, 401, policy, 1, "auth_failed"},
		{"what is limited", 2, 429, policy, 3, ""},
		{"what takes too long", 1, 504, policy, 2, ""},
	} {
		t.Run(each.name, func(t *testing.T) {
			tree := newTree(t, nil)
			address, times := source(t, after(each.failures, each.code))
			wanted := fetching(address + "/a")
			wanted.Retry = each.policy
			response := tree.do(wanted)
			if response.ErrorType != each.kind || times.Load() != each.asked || response.Timing.Attempts != int(each.asked) {
				t.Errorf("asked %d times: %+v", times.Load(), response)
			}
			if each.kind == "" {
				tree.expect("mirror/a=at last")
			}
		})
	}
}

func TestAPauseThatEndsAfterTheJobIsNotBegun(t *testing.T) {
	tree := newTree(t, nil)
	address, times := source(t, func(out http.ResponseWriter, _ *http.Request) {
		out.Header().Set("Retry-After", "60")
		out.WriteHeader(http.StatusTooManyRequests)
	})
	wanted := fetching(address + "/a")
	wanted.Retry = retry.Policy{MaxRetries: 3, Backoff: time.Millisecond}
	began := time.Now()
	response := tree.fails(wanted, retry.RateLimited, "429")
	if took := time.Since(began); took > 5*time.Second || times.Load() != 1 || response.RetryAfter != 60_000 {
		t.Errorf("%s, %d times, %+v", took, times.Load(), response)
	}
}

func TestADestinationThatGoesOnFailingIsLeftAlone(t *testing.T) {
	tree := newTree(t, nil)
	address, times := source(t, after(1000, 500))
	for range 8 {
		tree.fails(fetching(address+"/a"), retry.Unavailable, "")
	}
	response := tree.fails(fetching(address+"/a"), retry.Unavailable, "left alone")
	if times.Load() != 5 || response.RetryAfter < 20_000 {
		t.Errorf("%d times, %+v", times.Load(), response)
	}
	other, _ := source(t, after(0, 0))
	tree.outcome(fetching(other+"/a"), "done", 1, 0)
}

// A storm of repeats: the side effect happens once, and everybody hears of it.
func TestAStormOfRepeatsHasOneEffect(t *testing.T) {
	tree := newTree(t, nil)
	address, times := source(t, func(out http.ResponseWriter, _ *http.Request) {
		time.Sleep(50 * time.Millisecond)
		fmt.Fprint(out, "once")
	})
	wanted := fetching(address + "/a")
	var callers sync.WaitGroup
	for i := range 50 {
		callers.Add(1)
		go func() {
			defer callers.Done()
			if i%2 == 1 {
				time.Sleep(time.Duration(i) * 2 * time.Millisecond) // some come when it is over
			}
			response := check(t, wanted, tree.Run(context.Background(), wanted, contracttest.Today))
			if response.Status != "ok" || response.Results[0].Outcome != "done" {
				t.Errorf("%+v", response)
			}
		}()
	}
	callers.Wait()
	if times.Load() != 1 {
		t.Errorf("%d times", times.Load())
	}
}

func TestWhatIsRemembered(t *testing.T) {
	tree := newTree(t, nil)
	address, times := source(t, after(1, 503))
	failing := fetching(address + "/a")
	tree.fails(failing, retry.Unavailable, "503")
	tree.outcome(failing, "done", 1, 0) // what may be retried is not remembered
	tree.outcome(failing, "done", 1, 0) // what is done is
	if times.Load() != 2 {
		t.Errorf("%d times", times.Load())
	}
	patient := failing
	patient.Timeout, patient.Retry = time.Minute, retry.Policy{MaxRetries: 5}
	tree.outcome(patient, "done", 1, 0)
	other := failing
	other.Tasks = slices.Clone(failing.Tasks)
	other.Tasks[0].Target = "elsewhere"
	tree.fails(other, retry.Validation, "another job has the job_id")
	tree.expect("mirror/a=at last")

	address, times = source(t, after(1, 401))
	refused := fetching(address + "/b")
	tree.fails(refused, retry.Auth, "401")
	tree.fails(refused, retry.Auth, "401") // what is final, too
	if times.Load() != 1 {
		t.Errorf("%d times", times.Load())
	}
}

func TestNoMoreJobsRunThanAllowed(t *testing.T) {
	tree := newTree(t, func(s *Settings) { s.Concurrency = 2 })
	var now, most atomic.Int32
	address, _ := source(t, func(http.ResponseWriter, *http.Request) {
		most.Store(max(most.Load(), now.Add(1)))
		time.Sleep(10 * time.Millisecond)
		now.Add(-1)
	})
	var callers sync.WaitGroup
	for i := range 12 {
		wanted := fetching(fmt.Sprintf("%s/%d", address, i))
		callers.Add(1)
		go func() {
			defer callers.Done()
			if said := tree.Run(context.Background(), wanted, contracttest.Today); said.Failure != nil {
				t.Error(said.Failure)
			}
		}()
	}
	callers.Wait()
	if most.Load() != 2 {
		t.Errorf("up to %d at the same time", most.Load())
	}
}

func TestTheEndOfTheWorkerStopsTheWork(t *testing.T) {
	tree := newTree(t, func(s *Settings) { s.Concurrency = 1 })
	begun := make(chan bool)
	address, _ := source(t, func(_ http.ResponseWriter, request *http.Request) {
		begun <- true
		<-request.Context().Done()
	})
	ctx, cancel := context.WithCancel(context.Background())
	answers := make(chan contracttest.Response, 2)
	running, waiting := fetching(address+"/a"), fetching(address+"/b")
	running.Retry = retry.Policy{MaxRetries: 5, Backoff: time.Hour}
	for _, wanted := range []job.Job{running, waiting} {
		go func() { answers <- check(t, wanted, tree.Run(ctx, wanted, contracttest.Today)) }()
		if wanted.ID == running.ID {
			<-begun
		}
	}
	cancel()
	for range 2 {
		select {
		case response := <-answers:
			if response.ErrorType != "dependency_unavailable" || !strings.Contains(response.Message, "the worker stops") {
				t.Errorf("%+v", response)
			}
		case <-time.After(5 * time.Second):
			t.Fatal("still at work")
		}
	}
}
