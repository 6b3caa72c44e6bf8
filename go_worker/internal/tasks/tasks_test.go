package tasks

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/schemadiff/schemadiff/go_worker/internal/contract/contracttest"
	"github.com/schemadiff/schemadiff/go_worker/internal/dedupe"
	"github.com/schemadiff/schemadiff/go_worker/internal/job"
	"github.com/schemadiff/schemadiff/go_worker/internal/response"
	"github.com/schemadiff/schemadiff/go_worker/internal/retry"
)

// harness is a runner with a temporary root folder, and a folder beside it that it must not access.
type harness struct {
	*Runner
	t       *testing.T
	root    string
	outside string
}

// newHarness returns a harness whose config is adjusted by change, which may be nil.
func newHarness(t *testing.T, change func(*Config)) harness {
	t.Helper()
	parent := t.TempDir()
	h := harness{t: t, root: filepath.Join(parent, "root"), outside: filepath.Join(parent, "outside")}
	for _, folder := range []string{h.root, h.outside} {
		if err := os.Mkdir(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(h.root)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	config := Config{Root: root, Concurrency: 4, StallTimeout: 5 * time.Second, MaxBytes: 1 << 20, ReplayCacheSize: 1000}
	if change != nil {
		change(&config)
	}
	h.Runner = New(config, slog.New(slog.DiscardHandler))
	return h
}

var longAgo = time.Date(2026, 1, 2, 3, 4, 5, 678, time.UTC)

// write writes a file below the root.
func (h harness) write(name, content string, modified time.Time) {
	h.t.Helper()
	full := filepath.Join(h.root, name)
	err := errors.Join(os.MkdirAll(filepath.Dir(full), 0o755), os.WriteFile(full, []byte(content), 0o640), os.Chtimes(full, modified, modified))
	if err != nil {
		h.t.Fatal(err)
	}
}

// symlink creates a symbolic link below the root.
func (h harness) symlink(name, target string) {
	h.t.Helper()
	if err := os.Symlink(target, filepath.Join(h.root, name)); err != nil {
		h.t.Fatal(err)
	}
}

// listFiles returns "path=content" for every file below a folder.
func listFiles(t *testing.T, folder string) []string {
	t.Helper()
	files := []string{}
	err := filepath.WalkDir(folder, func(at string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		relative, err := filepath.Rel(folder, at)
		if err != nil {
			return err
		}
		content := "-> "
		if entry.Type().IsRegular() {
			text, err := os.ReadFile(at)
			if err != nil {
				return err
			}
			content = string(text)
		}
		files = append(files, filepath.ToSlash(relative)+"="+content)
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return files
}

// wantFiles checks the files below the root.
func (h harness) wantFiles(want ...string) {
	h.t.Helper()
	if got := listFiles(h.t, h.root); !slices.Equal(got, want) {
		h.t.Errorf("files %q; want %q", got, want)
	}
}

var jobCount atomic.Int32

// newTask returns a task with default properties.
func newTask(action job.Action) job.Task {
	return job.Task{ID: "t", Action: action, Source: "inbox", Target: "mirror", Glob: "*", MaxAgeDays: 30}
}

// newJob returns a job with an id of its own.
func newJob(tasks ...job.Task) job.Job {
	return job.Job{ID: fmt.Sprintf("test-job-%d", jobCount.Add(1)), Timeout: 10 * time.Second, Tasks: tasks}
}

// run runs a job and returns its valid response.
func (h harness) run(j job.Job) contracttest.Response {
	h.t.Helper()
	return decode(h.t, j, h.Run(context.Background(), j, contracttest.Today))
}

// decode encodes a response in every version that supports it, and checks that it is valid.
func decode(t *testing.T, j job.Job, resp response.Response) contracttest.Response {
	t.Helper()
	resp.JobID = j.ID
	v1 := contracttest.Decode(t, resp.Encode("v1").JSON)
	if slices.ContainsFunc(j.Tasks, func(task job.Task) bool { return task.Action == job.Cleanup }) { // not in v2
		return v1
	}
	return contracttest.Decode(t, resp.Encode("v2").JSON)
}

// wantOutcome runs a job and checks the result of its last task.
func (h harness) wantOutcome(j job.Job, outcome string, files, skipped int) contracttest.Response {
	h.t.Helper()
	got := h.run(j)
	if got.Status != "ok" {
		h.t.Fatalf("%+v", got)
	}
	last := got.Results[len(got.Results)-1]
	if last.Outcome != outcome || last.Files != files || last.Skipped != skipped {
		h.t.Errorf("%+v; want %s, %d files, %d skipped", last, outcome, files, skipped)
	}
	return got
}

// wantError runs a job and checks its error.
func (h harness) wantError(j job.Job, kind retry.Kind, message string) contracttest.Response {
	h.t.Helper()
	got := h.run(j)
	if got.ErrorType != string(kind) || !strings.Contains(got.Message, message) {
		h.t.Errorf("%+v; want %s with %q", got, kind, message)
	}
	return got
}

func TestSyncCopiesChangedFiles(t *testing.T) {
	t.Parallel()
	h := newHarness(t, nil)
	h.write("inbox/a.csv", "one", longAgo)
	h.write("inbox/deep/er/b.csv", "two", longAgo)
	h.write("inbox/c.txt", "three", longAgo)
	h.write("mirror/own", "stays", longAgo)
	h.wantOutcome(newJob(newTask(job.Sync)), "done", 3, 0)
	want := []string{
		"inbox/a.csv=one", "inbox/c.txt=three", "inbox/deep/er/b.csv=two",
		"mirror/a.csv=one", "mirror/c.txt=three", "mirror/deep/er/b.csv=two", "mirror/own=stays",
	}
	h.wantFiles(want...)
	h.wantOutcome(newJob(newTask(job.Sync)), "unchanged", 0, 0)

	h.write("inbox/a.csv", "ONE", longAgo.Add(time.Nanosecond))
	h.write("inbox/c.txt", "three", longAgo.Add(time.Hour)) // another time, the same content
	got := h.wantOutcome(newJob(newTask(job.Sync)), "done", 1, 0)
	if got.Results[0].Bytes != 3 {
		t.Errorf("%+v", got)
	}
	want[0], want[3] = "inbox/a.csv=ONE", "mirror/a.csv=ONE"
	h.wantFiles(want...)
	for _, name := range []string{"a.csv", "c.txt"} {
		source, err := os.Stat(filepath.Join(h.root, "inbox", name))
		if err != nil {
			t.Fatal(err)
		}
		target, err := os.Stat(filepath.Join(h.root, "mirror", name))
		if err != nil {
			t.Fatal(err)
		}
		if !source.ModTime().Equal(target.ModTime()) || target.Mode() != 0o640 {
			t.Errorf("%s: %v, %v", name, target.ModTime(), target.Mode())
		}
	}
}

func TestSyncWithGlob(t *testing.T) {
	t.Parallel()
	h := newHarness(t, nil)
	h.write("inbox/a.csv", "1", longAgo)
	h.write("inbox/x/b.csv", "2", longAgo)
	h.write("inbox/c.txt", "3", longAgo)
	task := newTask(job.Sync)
	task.Glob = "?.csv"
	h.wantOutcome(newJob(task), "done", 2, 0)
	if got := listFiles(t, filepath.Join(h.root, "mirror")); !slices.Equal(got, []string{"a.csv=1", "x/b.csv=2"}) {
		t.Errorf("%q", got)
	}
}

func TestSyncOfOneFile(t *testing.T) {
	t.Parallel()
	h := newHarness(t, nil)
	h.write("inbox/a.csv", "1", longAgo)
	task := newTask(job.Sync)
	task.Source = "inbox/a.csv"
	h.wantOutcome(newJob(task), "done", 1, 0)
	h.wantFiles("inbox/a.csv=1", "mirror/a.csv=1")
}

func TestSymlinksAndDevicesAreSkipped(t *testing.T) {
	t.Parallel()
	h := newHarness(t, nil)
	h.write("inbox/a", "1", longAgo)
	h.symlink("inbox/inside", "a")
	h.symlink("inbox/outside", h.outside)
	if err := syscall.Mkfifo(filepath.Join(h.root, "inbox/pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	h.write("inbox/broken \xff folder/b", "2", longAgo)
	h.write("inbox/z\xff", "3", longAgo)
	h.wantOutcome(newJob(newTask(job.Sync)), "partial", 2, 4)
	if got := listFiles(t, filepath.Join(h.root, "mirror")); !slices.Equal(got, []string{"a=1", "z\xff=3"}) {
		t.Errorf("%q", got)
	}
	h.wantOutcome(newJob(newTask(job.Scan)), "partial", 2, 4)
}

func TestNoPathLeavesTheRoot(t *testing.T) {
	t.Parallel()
	h := newHarness(t, nil)
	secret := filepath.Join(h.outside, "secret")
	if err := errors.Join(os.WriteFile(secret, []byte("secret"), 0o600), os.Chtimes(secret, longAgo, longAgo)); err != nil {
		t.Fatal(err)
	}
	h.write("inbox/a", "1", longAgo)
	h.symlink("absolute", h.outside)
	h.symlink("relative", "../outside")
	h.symlink("file", "../outside/secret")
	h.symlink("loop", "loop")
	type kinds map[job.Action]retry.Kind
	for _, test := range []struct {
		name, source, target string
		want                 kinds
	}{
		{"source is an absolute link", "absolute", "mirror", kinds{job.Sync: retry.Auth, job.Scan: retry.Auth}},
		{"source is a relative link", "relative", "mirror", kinds{job.Sync: retry.Auth, job.Scan: retry.Auth}},
		{"source is a link to a file", "file", "mirror", kinds{job.Sync: retry.Auth, job.Scan: retry.Auth}},
		{"source is below a link", "relative/secret", "mirror", kinds{job.Sync: retry.Auth, job.Scan: retry.Auth}},
		{"source leaves the root", "inbox/../../outside", "mirror", kinds{job.Sync: retry.Auth, job.Scan: retry.Validation}},
		{"source begins above the root", "../outside", "mirror", kinds{job.Sync: retry.Auth, job.Scan: retry.Validation}},
		{"source is an absolute path", "/etc/passwd", "mirror", kinds{job.Sync: retry.Auth, job.Scan: retry.Validation}},
		{"source is a loop", "loop", "mirror", kinds{job.Sync: retry.Validation, job.Scan: retry.Validation}},
		{"target is an absolute link", "inbox", "absolute", kinds{job.Sync: retry.Auth, job.Cleanup: retry.Auth}},
		{"target is a relative link", "inbox", "relative", kinds{job.Sync: retry.Auth, job.Cleanup: retry.Auth}},
		{"target is below a link", "inbox", "relative/sub", kinds{job.Sync: retry.Auth, job.Cleanup: retry.Auth}},
		{"target begins above the root", "inbox", "../outside", kinds{job.Sync: retry.Auth, job.Cleanup: retry.Validation}},
	} {
		for action, want := range test.want {
			t.Run(test.name+"/"+string(action), func(t *testing.T) {
				task := newTask(action)
				task.Source, task.Target = test.source, test.target
				if got := h.run(newJob(task)); got.ErrorType != string(want) {
					t.Errorf("%+v; want %s", got, want)
				}
			})
		}
	}
	if got := listFiles(t, h.outside); !slices.Equal(got, []string{"secret=secret"}) {
		t.Errorf("%q", got)
	}
}

func TestASymlinkInTheTargetIsReplaced(t *testing.T) {
	t.Parallel()
	h := newHarness(t, nil)
	h.write("inbox/a", "new", longAgo)
	h.write("mirror/other", "other", longAgo)
	h.symlink("mirror/a", "other")
	h.wantOutcome(newJob(newTask(job.Sync)), "done", 1, 0)
	h.wantFiles("inbox/a=new", "mirror/a=new", "mirror/other=other")
}

func TestTargetWithinSource(t *testing.T) {
	t.Parallel()
	h := newHarness(t, nil)
	h.write("inbox/a", "1", longAgo)
	h.symlink("alias", "inbox")
	for _, target := range []string{"inbox", "inbox/copy", "inbox/deep/copy", "alias/copy"} {
		t.Run(target, func(t *testing.T) {
			task := newTask(job.Sync)
			task.Target = target
			h.wantError(newJob(task), retry.Validation, "or lies within it")
		})
	}
}

func TestAFailedSyncLeavesTheTargetUnchanged(t *testing.T) {
	t.Parallel()
	// newTree returns a folder in the way of a file, and a file in the way of a folder.
	newTree := func(t *testing.T) harness {
		t.Helper()
		h := newHarness(t, nil)
		h.write("inbox/a", "new", longAgo)
		h.write("inbox/b", "new", longAgo)
		h.write("inbox/c/d", "new", longAgo)
		h.write("mirror/a", "old", longAgo.Add(-time.Hour))
		h.write("mirror/b/file", "in the way", longAgo)
		h.write("mirror/c", "no folder", longAgo)
		return h
	}
	t.Run("a folder in the way", func(t *testing.T) {
		t.Parallel()
		h := newTree(t)
		before := listFiles(t, h.root)
		got := h.wantError(newJob(newTask(job.Sync)), retry.Validation, "mirror/b is a folder")
		if !strings.Contains(got.Message, `task "t", number 1 of 1`) {
			t.Error(got.Message)
		}
		h.wantFiles(before...)
	})
	t.Run("a file in the way", func(t *testing.T) {
		t.Parallel()
		h := newTree(t)
		before := listFiles(t, h.root)
		task := newTask(job.Sync)
		task.Source, task.Target = "inbox/c", "mirror/c"
		h.wantError(newJob(task), retry.Validation, "not a directory")
		h.wantFiles(before...)
	})
	t.Run("a shutdown", func(t *testing.T) {
		t.Parallel()
		h := newTree(t)
		before := listFiles(t, h.root)
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		j := newJob(newTask(job.Sync))
		if got := decode(t, j, h.Run(ctx, j, contracttest.Today)); got.ErrorType != "dependency_unavailable" {
			t.Errorf("%+v", got)
		}
		h.wantFiles(before...)
	})
}

func TestScan(t *testing.T) {
	t.Parallel()
	h := newHarness(t, nil)
	h.write("inbox/b", "two", longAgo)
	h.write("inbox/a/x", "one", longAgo)
	h.write("inbox/.sync-left/0", "half", longAgo)
	got := h.wantOutcome(newJob(newTask(job.Scan)), "done", 2, 0)
	result := got.Results[0]
	// printf one > a/x; printf two > b; sha256sum a/x b | sha256sum
	if result.Bytes != 6 || result.SHA256 != "7763127bb4a5a283e5845ec0f50a846e58feaabce26e5bce574e797faf277bf3" || result.Entries[0].Path != "a/x" {
		t.Errorf("%+v", result)
	}
	task := newTask(job.Scan)
	task.Source = "nothing"
	h.wantError(newJob(task), retry.Validation, "no such file")
}

func TestCleanup(t *testing.T) {
	t.Parallel()
	h := newHarness(t, nil)
	cutoff := time.Date(2026, 10, 24, 0, 0, 0, 0, time.UTC) // thirty days before contracttest.Today
	h.write("mirror/old", "12345", cutoff.Add(-time.Nanosecond))
	h.write("mirror/deep/old", "1", longAgo)
	h.write("mirror/old.keep", "", longAgo)
	h.write("mirror/young", "", cutoff)
	h.symlink("mirror/old.link", "young")
	h.symlink("mirror/deep/old.link", h.outside)
	h.write("old", "not below mirror", longAgo)
	task := newTask(job.Cleanup)
	task.Glob = "old"
	got := h.wantOutcome(newJob(task), "done", 2, 0)
	if got.Results[0].Bytes != 6 {
		t.Errorf("%+v", got)
	}
	h.wantFiles("mirror/deep/old.link=-> ", "mirror/old.keep=", "mirror/old.link=-> ", "mirror/young=", "old=not below mirror")
	h.wantOutcome(newJob(task), "unchanged", 0, 0)
	task.Target = "nothing"
	h.wantOutcome(newJob(task), "unchanged", 0, 0)
}

func TestCleanupOnADayInTheFuture(t *testing.T) {
	t.Parallel()
	h := newHarness(t, nil)
	h.write("mirror/young", "", time.Now())
	j := newJob(newTask(job.Cleanup))
	resp := h.Run(context.Background(), j, time.Now().AddDate(10, 0, 0))
	if got := decode(t, j, resp); got.Results[0].Files != 0 {
		t.Errorf("%+v", got)
	}
	h.wantFiles("mirror/young=")
}

func TestUnreadableFile(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("root may read every file")
	}
	h := newHarness(t, nil)
	h.write("inbox/a", "1", longAgo)
	if err := os.Chmod(filepath.Join(h.root, "inbox/a"), 0); err != nil {
		t.Fatal(err)
	}
	h.wantError(newJob(newTask(job.Sync)), retry.Auth, "permission denied")
}

func TestClassifyFileError(t *testing.T) {
	t.Parallel()
	h := newHarness(t, nil)
	_, openEscapes := h.config.Root.Open("../outside")
	renameEscapes := h.config.Root.Rename("../outside", "a")
	for _, test := range []struct {
		name string
		err  error
		want retry.Kind
	}{
		{"open outside of the root", openEscapes, retry.Auth},
		{"rename from outside of the root", renameEscapes, retry.Auth},
		{"permission", fs.ErrPermission, retry.Auth},
		{"EACCES", syscall.EACCES, retry.Auth},
		{"EPERM", syscall.EPERM, retry.Auth},
		{"not exist", fs.ErrNotExist, retry.Validation},
		{"ENOENT", syscall.ENOENT, retry.Validation},
		{"ENOTDIR", syscall.ENOTDIR, retry.Validation},
		{"EISDIR", syscall.EISDIR, retry.Validation},
		{"ENAMETOOLONG", syscall.ENAMETOOLONG, retry.Validation},
		{"ELOOP", syscall.ELOOP, retry.Validation},
		{"ENOSPC", syscall.ENOSPC, retry.Unavailable},
		{"EIO", syscall.EIO, retry.Unavailable},
		{"EROFS", syscall.EROFS, retry.Unavailable},
		{"EMFILE", syscall.EMFILE, retry.Unavailable},
		{"other", errors.New("other"), retry.Unavailable},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, err := range []error{test.err, &fs.PathError{Op: "open", Path: "a", Err: test.err}, &os.LinkError{Op: "rename", Old: "a", New: "b", Err: test.err}} {
				if got := h.classifyFileError(err); got.Kind != test.want || !errors.Is(got, test.err) {
					t.Errorf("%v is %s; want %s", err, got.Kind, test.want)
				}
			}
		})
	}
}

func TestRepeatError(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		err     error
		want    retry.Kind
		message string
	}{
		{"conflict", fmt.Errorf("a: %w", dedupe.ErrConflict), retry.Validation, `the job_id "a" is already used`},
		{"panic", fmt.Errorf("a: %w", dedupe.ErrPanicked), retry.Unavailable, "the worker has a bug"},
		{"shutdown", fmt.Errorf("a: %w", context.Canceled), retry.Unavailable, "the worker is shutting down"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := repeatError(test.err, "a"); got.Kind != test.want || !strings.Contains(got.Error(), test.message) {
				t.Errorf("%s: %v", got.Kind, got)
			}
		})
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		glob, name string
		want       bool
	}{
		{"*", "", true}, {"*", "a", true}, {"?", "ü", true}, {"?", "", false}, {"?", "ab", false},
		{"a*c", "abbc", true}, {"a*c", "ac", true}, {"a*c", "acb", false}, {"*.csv", ".csv", true}, {"*.csv", "a.csv.x", false},
		{"a*b*c", "aXbXbc", true}, {"**", "x", true}, {"*?", "", false}, {"[a]", "a", false}, {"[a]", "[a]", true}, {`\*`, "*", false},
	} {
		t.Run(fmt.Sprintf("%q matches %q", test.glob, test.name), func(t *testing.T) {
			t.Parallel()
			if got := match(test.glob, test.name); got != test.want {
				t.Errorf("match(%q, %q) = %v", test.glob, test.name, got)
			}
		})
	}
	t.Run("a hostile glob", func(t *testing.T) {
		t.Parallel()
		started := time.Now()
		match(strings.Repeat("a*", 60)+"b", strings.Repeat("a", 250))
		if took := time.Since(started); took > time.Second {
			t.Errorf("took %s", took)
		}
	})
}

func TestAbandonedStagingFolders(t *testing.T) {
	t.Parallel()
	h := newHarness(t, nil)
	h.write("inbox/a", "one", longAgo)
	for _, name := range []string{"left", "young", "locked"} {
		h.write("mirror/.sync-"+name+"/deep/0", "half", longAgo)
	}
	h.write("mirror/.sync-file", "a file", longAgo)
	h.write("outside/0", "kept", longAgo)
	h.symlink("mirror/.sync-link", filepath.Join(h.root, "outside"))
	for _, name := range []string{"left", "locked"} {
		if err := os.Chtimes(filepath.Join(h.root, "mirror/.sync-"+name), longAgo, longAgo); err != nil {
			t.Fatal(err)
		}
	}
	locked, err := os.Open(filepath.Join(h.root, "mirror/.sync-locked"))
	if err != nil {
		t.Fatal(err)
	}
	defer locked.Close()
	if err := syscall.Flock(int(locked.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	h.wantOutcome(newJob(newTask(job.Sync)), "done", 1, 0)
	for name, want := range map[string]bool{"left": false, "young": true, "locked": true, "file": true, "link": true} {
		if _, err := os.Lstat(filepath.Join(h.root, "mirror/.sync-"+name)); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := os.Stat(filepath.Join(h.root, "outside/0")); err != nil {
		t.Error(err)
	}
	entries, err := os.ReadDir(filepath.Join(h.root, "mirror"))
	if err != nil || len(entries) != 5 { // the file, and what stays
		t.Error(entries, err)
	}
}
